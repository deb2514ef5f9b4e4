import ignore from 'ignore';

/** Folders and files that tools keep their credentials in, wherever they lie. */
const NAMES = [
  // Logins of machines and shells
  '.ssh/',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ecdsa_sk',
  'id_ed25519',
  'id_ed25519_sk',
  '*.ppk',
  '.gnupg/',
  '.password-store/',
  '.netrc',
  '_netrc',
  '.authinfo',
  '.authinfo.gpg',
  '.*_history',
  '*.kdbx',
  '*.p12',
  '*.pfx',
  '*.jks',
  '*.keystore',
  // Clouds
  '.aws/',
  '.boto',
  '.s3cfg',
  '.passwd-s3fs',
  '.azure/',
  '.oci/',
  '.config/gcloud/',
  'gcloud/credentials.db',
  'gcloud/access_tokens.db',
  'gcloud/legacy_credentials/',
  'application_default_credentials.json',
  'client_secret*.json',
  '.kube/',
  '.docker/config.json',
  '.dockercfg',
  '.config/containers/auth.json',
  '.config/rclone/',
  'rclone.conf',
  '.terraform.d/credentials.tfrc.json',
  '.terraformrc',
  '*.tfstate',
  '.vault-token',
  '.trainctl/',
  '.modal.toml',
  '.runpod/',
  '.lambda_cloud/',
  '.vast_api_key',
  '.databrickscfg',
  '.snowsql/',
  // Code and packages
  '.git-credentials',
  '.config/git/credentials',
  '.config/gh/',
  '.config/hub',
  '.pypirc',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.config/pypoetry/auth.toml',
  // Data and models
  '.pgpass',
  '.my.cnf',
  '.mylogin.cnf',
  '.kaggle/',
  'kaggle.json',
  '.huggingface/token',
  '.huggingface/stored_tokens',
  '.cache/huggingface/token',
  '.cache/huggingface/stored_tokens',
  '.comet.config',
  '.streamlit/secrets.toml',
  // Environments of projects; their examples hold none.
  '.env',
  '.env.*',
  '.env-*',
  '.env_*',
  '.envrc',
  '!.env.example',
  '!.env.sample',
  '!.env.template',
  '!.env.dist',
  '!.env-example',
  '!.env-sample',
];

// A pattern with a slash inside would only count at the top.
const known = ignore().add(
  NAMES.map((name) => {
    const bare = name.replace(/^!/, '');
    return `${name === bare ? '' : '!'}${bare.slice(0, -1).includes('/') ? '**/' : ''}${bare}`;
  }),
);

/** Whether tools keep credentials under such a name; a folder ends in `/`. */
export const namesCredential = (path: string): boolean => known.ignores(path);

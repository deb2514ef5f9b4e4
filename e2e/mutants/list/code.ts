import type { Mutant } from '../mutant';

const EXACT = 'the host has exactly the files that it should';

/** Of code-sync and dependency. */
export const codeMutants: Mutant[] = [
  {
    name: 'trainctlignore-unread',
    breaks: 'skips the excludes of .trainctlignore',
    source: 'adapters/snapshot/rules.ts',
    from: 'if (own.ignored)',
    to: 'if (false)',
    scenario: 'code-sync',
    step: EXACT,
  },
  {
    name: 'credentials-sent',
    breaks: 'sends .env and other credentials to the host',
    source: 'adapters/snapshot/select.ts',
    from: "options.credentials !== 'taken'",
    to: 'false',
    scenario: 'code-sync',
    step: EXACT,
  },
  {
    name: 'modes-lost',
    breaks: 'loses the modes of files',
    source: 'adapters/snapshot/pack.ts',
    from: 'name: file.path, mode: file.mode,',
    to: 'name: file.path, mode: 0o644,',
    scenario: 'code-sync',
    step: EXACT,
  },
  {
    name: 'links-astray',
    breaks: 'lets links lead to their own folder instead of where they led',
    source: 'adapters/snapshot/pack.ts',
    from: 'linkname: entry.link',
    to: "linkname: '.'",
    scenario: 'code-sync',
    step: EXACT,
  },
  {
    name: 'code-sent-again',
    breaks: 'sends code that is there already',
    source: 'adapters/snapshot/upload.ts',
    from: 'now - (found.modifiedAt ?? now) < SENT_ANEW_AFTER',
    to: 'false',
    scenario: 'code-sync',
    step: 'an unchanged folder is not sent again',
  },
  {
    name: 'wrong-environment',
    breaks: 'installs into an environment that the training does not use',
    source: 'agent/trainctl_agent/install/installer.py',
    from: 'self.venv = os.path.join(directory, "venv")',
    to: 'self.venv = os.path.join(directory, "venv-of-nobody")',
    scenario: 'dependency',
    step: 'requirements.txt: the training imports the package at the version that is asked for',
  },
  {
    name: 'script-block-unread',
    breaks: 'does not see the dependencies that a script names itself (PEP 723)',
    source: 'agent/trainctl_agent/install/scripts.py',
    from: 'found = SCRIPT_BLOCK.search(text)',
    to: 'found = None',
    scenario: 'dependency',
    step: 'a PEP 723 script: the training imports the package at its version',
  },
  {
    name: 'install-failure-ignored',
    breaks: 'trains although a requirement could not be installed',
    source: 'agent/trainctl_agent/install/runner.py',
    from: 'self.fail(what, code, self.clean(lines))',
    to: 'pass',
    scenario: 'dependency',
    step: 'a requirement that nobody has fails with the words of the tool',
  },
];

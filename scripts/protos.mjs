// A plugin for esbuild: of the descriptions of Temporal's API (half a megabyte, from which the SDK builds its messages at
// every start), only what the bundled code can reach: the calls that it makes, the types that it names, and what they consist of.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';

/** The description that a generated module gives to protobufjs. */
function descriptionIn(file) {
  let description;
  const root = { addJSON: (json) => (description = json) };
  new Function('require', 'module', readFileSync(file, 'utf8'))(() => ({ roots: { __temporal: root } }), {});
  return description;
}

function* sourcesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && /\.(js|ts)$/.test(entry.name)) {
      yield readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), 'utf8');
    }
  }
}

/** The same description, without what `sources` do not reach. */
export function reachable(description, sources) {
  const objects = new Map();
  const index = (nested, prefix) => {
    for (const [name, object] of Object.entries(nested ?? {})) {
      objects.set(prefix + name, object);
      index(object.nested, `${prefix}${name}.`);
    }
  };
  index(description, '');

  const kept = new Set();
  /** Names are relative to the scope in which they stand, as in a .proto file. */
  const keep = (name, scope = []) => {
    for (let depth = scope.length; depth >= 0; depth--) {
      const full = [...scope.slice(0, depth), name].join('.').replace(/^\./, '');
      const object = objects.get(full);
      if (!object) continue;
      if (kept.has(full)) return;
      kept.add(full);
      const inside = full.split('.');
      for (const { type, keyType } of Object.values(object.fields ?? {})) {
        keep(type, inside);
        if (keyType) keep(keyType, inside);
      }
      for (const { requestType, responseType } of Object.values(object.methods ?? {})) {
        keep(requestType, inside);
        keep(responseType, inside);
      }
      return;
    }
  };

  const text = sources.join('\n');
  const { methods } = objects.get(WORKFLOW_SERVICE);
  const said = new Set(text.match(/\.[a-z]\w+/g));
  for (const [name, method] of Object.entries(methods)) {
    // Their options map them to REST, which nobody speaks here.
    delete method.options;
    if (!said.has(`.${name.charAt(0).toLowerCase()}${name.slice(1)}`)) delete methods[name];
  }
  for (const name of text.match(/\b(?:temporal\.api|google|grpc)\.[\w.]+/g)) {
    // `temporal.api.enums.v1.RetryState.RETRY_STATE_TIMEOUT` names the enum.
    for (let parts = name.split('.'); parts.length > 1; parts = parts.slice(0, -1)) {
      const object = objects.get(parts.join('.'));
      if (!object) continue;
      if (!object.nested || object.fields) keep(parts.join('.'));
      break;
    }
  }
  for (const name of objects.keys()) if (/^google\.(protobuf|rpc)\./.test(name)) keep(name);

  const prune = (nested, prefix) =>
    Object.fromEntries(
      Object.entries(nested).flatMap(([name, object]) => {
        const full = prefix + name;
        const inner = object.nested ? prune(object.nested, `${full}.`) : {};
        if (!kept.has(full) && Object.keys(inner).length === 0) return [];
        const { nested: _, ...own } = object;
        return [[name, Object.keys(inner).length > 0 ? { ...own, nested: inner } : own]];
      }),
    );
  return prune(description, '');
}

export const protos = (sourceFolders) => ({
  name: 'protos',
  setup({ onLoad }) {
    onLoad({ filter: /@temporalio[\\/]proto[\\/]protos[\\/]json-module\.js$/ }, ({ path: file }) => {
      const folders = [
        ...sourceFolders,
        ...['client', 'common'].map((name) =>
          path.join(path.dirname(require.resolve(`@temporalio/${name}/package.json`)), 'lib'),
        ),
      ];
      const json = JSON.stringify(
        reachable(
          descriptionIn(file),
          folders.flatMap((folder) => [...sourcesBelow(folder)]),
        ),
      );
      const contents = `const $protobuf = require('protobufjs/light');
module.exports = ($protobuf.roots.__temporal ??= new $protobuf.Root()).addJSON(JSON.parse(${JSON.stringify(json)}));`;
      return { contents, loader: 'js', resolveDir: path.dirname(file) };
    });
  },
});

import type { Ec2, ObjectStore } from '../../../adapters/aws';
import type { Settings } from '../../../contract';

/** EC2, whose SDK is loaded with the first call. */
export function ec2OnFirstUse(settings: Settings): Ec2 {
  let made: Promise<Ec2> | undefined;
  const ec2 = (): Promise<Ec2> => {
    made ??= import('./ec2.js').then(({ createEc2 }) => createEc2(settings));
    return made;
  };
  return deferred<Ec2>(ec2, {
    region: settings.region,
    in: (region) => deferred<Ec2>(async () => (await ec2()).in(region), { region }),
    close: () => void made?.then((real) => real.close()),
  });
}

/** The installation's bucket, whose SDK is loaded with the first call. */
export function storeOnFirstUse(settings: Settings): ObjectStore {
  let made: Promise<ObjectStore> | undefined;
  const store = (): Promise<ObjectStore> => {
    made ??= import('./s3.js').then(({ createObjectStore }) => createObjectStore(settings));
    return made;
  };
  return deferred<ObjectStore>(store, {
    bucket: settings.bucket,
    region: settings.region,
    list: async function* (...args) {
      yield* (await store()).list(...args);
    },
    close: () => void made?.then((real) => real.close()),
  });
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Has at once what `known` has; every other member is a method that answers with a promise, and makes the real one. */
function deferred<T extends object>(real: () => Promise<T>, known: Partial<T>): T {
  return new Proxy(known as T, {
    get: (target, name) =>
      name in target
        ? Reflect.get(target, name)
        : async (...args: unknown[]) => {
            const made = await real();
            return (Reflect.get(made, name) as Method).apply(made, args);
          },
  });
}

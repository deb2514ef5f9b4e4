import type { ScenarioContext } from '../scenario';

/** Holds a training at a place in its program until the scenario lets it go on, on whatever cloud its host is. */
export interface Gate {
  /** For {@link WAITS}; it belongs into a file of the project, not into a spec, since a spec is stored and shown. */
  url: string;
  /** @param content - what the training hears by it */
  open(content?: string): Promise<void>;
}

/** For longer than any scenario. */
const SECONDS = 3600;

/** An object that is not there yet, and the address at which a host may look for it. */
export async function gate(
  { objects, prefix }: Pick<ScenarioContext, 'objects' | 'prefix'>,
  name: string,
): Promise<Gate> {
  const key = `${prefix}gates/${name}`;
  const url = await objects.presignGet(key, { expiresSeconds: SECONDS });
  return { url, open: (content = 'open') => objects.put(key, content) };
}

/** `wait_for(url)` in Python. S3 answers 404 until the gate is open, or 403 where the worker may not list. */
export const WAITS = `import time, urllib.request
def wait_for(url):
    while True:
        try:
            return urllib.request.urlopen(url, timeout=30).read()
        except OSError:
            time.sleep(0.3)
`;

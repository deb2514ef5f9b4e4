import type { ProbeResult } from '../../contract';

/** Such as `python 3.11 · 4 cpus · 2 × NVIDIA A10G · uv 0.9`. */
export function hostInWords(probe: ProbeResult): string {
  const facts = [`python ${short(probe.python)}`, `${probe.cpus} cpu${probe.cpus === 1 ? '' : 's'}`];
  const gpus = new Map<string, number>();
  for (const gpu of probe.gpus) gpus.set(gpu, (gpus.get(gpu) ?? 0) + 1);
  for (const [name, count] of gpus) facts.push(count === 1 ? name : `${count} × ${name}`);
  if (probe.uv) facts.push(`uv ${short(probe.uv)}`);
  return facts.join(' · ');
}

/** `3.11.2` → `3.11`; also of `uv 0.9.5 (abc)`. */
const short = (version: string): string => /\d+\.\d+/.exec(version)?.[0] ?? version;

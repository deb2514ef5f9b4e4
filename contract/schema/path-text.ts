/** `limits.maxDuration`, `inputs[0].to`; names that are not plain words are quoted: `env["a b"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(part))) text += `${text && '.'}${String(part)}`;
    else text += `[${JSON.stringify(String(part).slice(0, 60))}]`;
  }
  return text;
}

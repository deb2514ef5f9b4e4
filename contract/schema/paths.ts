/**
 * Reads a relative path on the host. `./data//x/` becomes `data/x`; what is absolute, leaves the working directory, or is the
 * working directory itself is refused, and so is what only a shell would make a path of: variables and patterns.
 */
export function pathFault(text: string): { path: string } | { fault: string } {
  const quoted = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
  if (text.trim() === '') return { fault: 'is empty; give a path such as data/' };
  if (/\p{Cc}/u.test(text)) return { fault: `${quoted} holds a control character` };
  if (text.length > 512) return { fault: 'is longer than 512 characters' };
  if (text.includes('\\')) return { fault: `${quoted} holds a backslash; separate folders with /` };
  const variable = /\$\{[^}]*\}?|\$\([^)]*\)|\$[A-Za-z_]\w*/.exec(text)?.[0];
  if (variable !== undefined)
    return { fault: `${quoted} holds ${variable}, which nobody fills in: write the path itself` };
  if (text.includes('*')) {
    return {
      fault: `${quoted} is a pattern, and no shell reads it here: name the file, or the folder that it lies in`,
    };
  }
  if (text.startsWith('/') || text.startsWith('~')) {
    return { fault: `${quoted} must be relative to the working directory (try ${suggestion(text)})` };
  }
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { fault: `${quoted} leaves the working directory: ".." is not allowed` };
  if (parts.length === 0) return { fault: `${quoted} is the working directory itself; name a file or folder in it` };
  return { path: parts.join('/') };
}

function suggestion(text: string): string {
  const last = text
    .split('/')
    .filter((part) => part !== '' && part !== '..' && !part.startsWith('~'))
    .pop();
  return JSON.stringify(last ?? 'data');
}

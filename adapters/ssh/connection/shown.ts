/** A command as messages show it. */
export const shown = (command: string): string => (command.length > 80 ? `${command.slice(0, 79)}…` : command);

import { Argument, type Command } from 'commander';
import { action, examples } from '../../shared/command';

export function register(command: Command, whole: () => Promise<Command>): void {
  command.addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish'])).action(
    action(async ({ out }, shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('./script.js');
      out.whole(completionScript(shell, await whole()));
      return 0;
    }),
  );
  examples(command, [
    ['source <(trainctl completion bash)', 'in ~/.bashrc; names of runs are completed too'],
    ['trainctl completion zsh > ~/.zfunc/_trainctl', 'for zsh, with ~/.zfunc in $fpath'],
    ['trainctl completion fish > ~/.config/fish/completions/trainctl.fish', 'for fish'],
  ]);
}

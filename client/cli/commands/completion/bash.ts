import { type Node, namesOf, pathPattern } from './tree';

/**
 * Names of runs come from whoever may start one: they are compared as they are, never expanded (`compgen -W` would), and quoted here:
 * readline, which quotes names of files, leaves `$` and backticks to the shell. An older bash, which always does, and a word whose
 * quote is open get only the names that are safe there.
 */
export function bash(nodes: Node[]): string {
  const cases = nodes.map(({ path, words, valued, takes }) => {
    const names = takes ? ` names='${namesOf(takes, '"$COMP_WORDS"')}'` : '';
    const values = valued.length > 0 ? ` valued=' ${valued.join(' ')} '` : '';
    return `    '${path}') words='${words.map((w) => w.word).join(' ')}'${values}${names} ;;`;
  });
  return `# bash completion of trainctl
_trainctl_unquoted() {
  local text="$1" out=''
  case "$text" in
    \\'*) out="\${text:1}" text='' ;;
    \\"*) text="\${text:1}" ;;
  esac
  while [[ $text == *\\\\* ]]; do
    out+="\${text%%\\\\*}" text="\${text#*\\\\}"
    out+="\${text:0:1}" text="\${text:1}"
  done
  printf '%s' "$out$text"
}
_trainctl() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' words='' valued='' names='' i name before='' quote='' unfit=''
  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] && break
    case "$path \${COMP_WORDS[i]}" in
      ${pathPattern(nodes)}) path="\${path:+$path }\${COMP_WORDS[i]}" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=()
  [[ $valued == *" \${COMP_WORDS[COMP_CWORD - 1]} "* ]] && words='' names=''
  if [[ -n $names && $cur != -* ]]; then
    # To bash a colon ends a word; what stands before it in the same id is looked for too, and not put in again.
    for ((i = COMP_CWORD; i > 1; i--)); do
      [[ \${COMP_WORDS[i]} == [:=@]* || \${COMP_WORDS[i - 1]} == [:=@]* ]] || break
      before="\${COMP_WORDS[i - 1]}$before"
    done
    [[ $cur == [:=@]* ]] && before+="$cur" cur=''
    case "$before$cur" in
      \\'*) unfit="*'*" ;;
      \\"*) unfit='*[\\\\"$\\\`!]*' ;;
      *) compopt +o filenames 2> /dev/null && quote=yes || unfit='*[!A-Za-z0-9._:@%+,/-]*' ;;
    esac
    before="$(_trainctl_unquoted "$before")"
    cur="$(_trainctl_unquoted "$cur")"
    while IFS= read -r name; do
      [[ $name != "$before$cur"* || $name == $unfit ]] && continue
      name="\${name#"$before"}"
      [[ -n $quote ]] && printf -v name %q "$name"
      COMPREPLY+=("$name")
    done < <(eval "$names")
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then
    [[ -n $quote ]] && compopt -o filenames
    while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _trainctl trainctl`;
}

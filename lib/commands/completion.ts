// `ringfence completion SHELL`: a completion script made from commander's own tree of commands, so that it cannot
// drift from what the command line takes. Pure: the script asks nothing of ringfence when it runs.

import type { Command, Option } from "commander";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

interface CompletedOption {
  readonly flags: readonly string[];
  readonly description: string;
  /** What it takes: nothing, one of these, a path, or text that nobody can guess. */
  readonly value: "none" | "path" | "text" | readonly string[];
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** Of the first argument, where there are few. */
  readonly choices: readonly string[];
}

export function toCompletion(program: Command, shell: Shell): string {
  const commands = program.commands.map(toCompletedCommand);
  return WRITERS[shell](commands);
}

function toCompletedCommand(command: Command): CompletedCommand {
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(toCompletedOption), HELP],
    choices: argument?.argChoices ?? [],
  };
}

const HELP: CompletedOption = { flags: ["--help"], description: "display help for command", value: "none" };

function toCompletedOption(option: Option): CompletedOption {
  const flags = [option.short, option.long].filter((flag) => flag != null);
  return { flags, description: option.description, value: toValue(option) };
}

function toValue(option: Option): CompletedOption["value"] {
  if (!option.required && !option.optional) return "none";
  if (option.argChoices !== undefined) return option.argChoices;
  return /<(?:file|folder|paths)(?:\.\.\.)?>/.test(option.flags) ? "path" : "text";
}

const WRITERS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: toBash,
  zsh: toZsh,
  fish: toFish,
};

/** Single quotes, in which a POSIX shell reads nothing. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function toBash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ flags, value }) => {
      const patterns = flags.map((flag) => quote(`${name} ${flag}`)).join("|");
      if (value === "none") return [];
      if (value === "path") return [`    ${patterns}) compopt -o default; return ;;`];
      if (value === "text") return [`    ${patterns}) return ;;`];
      return [`    ${patterns}) words=${quote(value.join(" "))} ;;`];
    }),
  );
  const words = commands.map(({ name, options, choices }) => {
    const flags = options.flatMap((option) => option.flags);
    return `    ${name}) words=${quote([...choices, ...flags].join(" "))} ;;`;
  });
  return `# bash completion for ringfence. Put it to use: source <(ringfence completion bash)
_ringfence() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quote(`${names} --help --version`)} -- "$current"))
    return
  fi
  case "$command $previous" in
${values.join("\n")}
  esac
  [[ -n $words ]] || case "$command" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _ringfence ringfence
`;
}

/** In a specification of _arguments brackets and colons end a part. */
function toZshText(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
}

function toZsh(commands: readonly CompletedCommand[]): string {
  const described = commands.map(
    ({ name, description }) => `    ${quote(`${name}:${description.replaceAll(":", String.raw`\:`)}`)}`,
  );
  const cases = commands.map(({ name, options, choices }) => {
    const specs = options.flatMap(({ flags, description, value }) =>
      flags.map((flag) => quote(`*${flag}[${toZshText(description)}]${toZshValue(value)}`)),
    );
    const first = choices.length === 0 ? "'*:file:_files'" : quote(`1:argument:(${choices.join(" ")})`);
    return `    ${name}) _arguments ${[...specs, first].join(" ")} ;;`;
  });
  return `#compdef ringfence
# zsh completion for ringfence. Put it to use: source <(ringfence completion zsh), after compinit
_ringfence() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _ringfence ringfence
`;
}

function toZshValue(value: CompletedOption["value"]): string {
  if (value === "none") return "";
  if (value === "path") return ":path:_files";
  return value === "text" ? ":value:" : `:value:(${value.join(" ")})`;
}

function toFish(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = commands.flatMap(({ name, description, options, choices }) => {
    const inside = `-n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c ringfence -n ${quote(`not __fish_seen_subcommand_from ${names}`)} -f -a ${name} -d ${toFishText(description)}`,
      ...choices.map((choice) => `complete -c ringfence ${inside} -f -a ${choice}`),
      ...options.map((option) => `complete -c ringfence ${inside} ${toFishOption(option)}`),
    ];
  });
  return `# fish completion for ringfence. Put it to use: ringfence completion fish | source\n${lines.join("\n")}\n`;
}

/** In single quotes fish reads a backslash before a quote or a backslash, and nothing else. */
function toFishText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

function toFishOption({ flags, description, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const takes =
    value === "none"
      ? []
      : value === "path"
        ? ["-r -F"]
        : value === "text"
          ? ["-x"]
          : [`-x -a ${quote(value.join(" "))}`];
  return [...names, ...takes, `-d ${toFishText(description)}`].join(" ");
}

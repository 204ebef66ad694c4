// The simple commands of a shell script as lists of words, as far as our documents use the shell. What it cannot
// read (substitutions, loops, here-documents) it refuses, so that nothing is passed by unread.

const OPERATOR = /^(?:&&|\|\||;|\||&|\n)/;

export function toCommands(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  const endWord = (): void => {
    if (word !== null) commands.at(-1)?.push(word);
    word = null;
  };
  for (let rest = script.replaceAll("\\\n", " "); rest !== "";) {
    const operator = OPERATOR.exec(rest)?.[0];
    const comment = word === null ? /^#[^\n]*/.exec(rest)?.[0] : undefined;
    const taken = operator ?? comment ?? /^[ \t]+/.exec(rest)?.[0];
    if (taken === undefined) {
      const [raw, text] = readPiece(rest);
      word = `${word ?? ""}${text}`;
      rest = rest.slice(raw.length);
      continue;
    }
    endWord();
    if (operator !== undefined) commands.push([]);
    rest = rest.slice(taken.length);
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

/** What a word is made of: 'as it is', "as it is too, without $ and backquotes", or plain characters. */
function readPiece(rest: string): readonly [raw: string, text: string] {
  const quoted = /^'([^']*)'|^"([^"$`\\]*)"|^\\([^\n])/.exec(rest);
  if (quoted !== null) return [quoted[0], quoted[1] ?? quoted[2] ?? quoted[3] ?? ""];
  const plain = /^[^\s'"\\;&|`$()<>{}#]+|^[{}#]/.exec(rest)?.[0];
  if (plain === undefined) throw new Error(`cannot read as a shell word: ${rest.slice(0, 40)}`);
  return [plain, plain];
}

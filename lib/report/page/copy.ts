// A command with a button that copies it.

import { el } from "./elements.ts";

const SAID_MS = 1500;

export function command(text: string): HTMLElement {
  const code = el("code", {}, text);
  const button = el("button", { type: "button", class: "copy", "aria-label": "Copy the command" }, "Copy");
  button.addEventListener("click", () => void copy(text, code, button));
  return el("div", { class: "command" }, el("pre", { tabindex: "0", "aria-label": "Command" }, code), button);
}

async function copy(text: string, code: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  } catch {
    // Not allowed here (an embedded page, plain HTTP): selected, it is one key away.
    getSelection()?.selectAllChildren(code);
    say(button, "Selected");
  }
}

function say(button: HTMLElement, word: string): void {
  const announcement = document.getElementById("announcement");
  if (announcement !== null) announcement.textContent = word;
  button.textContent = word;
  setTimeout(() => {
    button.textContent = "Copy";
  }, SAID_MS);
}

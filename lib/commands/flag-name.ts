// How an option is called on the command line, from its name in the code.

/** `slackSecretArn` → `--slack-secret-arn` */
export function toFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

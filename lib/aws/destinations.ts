// What a digest needs of AWS, loaded together at its first use: alike as they are, these clients compress to little more
// than one of them.

export { getSecureParameter } from "./parameters.ts";
export { getSecretValue } from "./secrets.ts";
export { openTopic } from "./sns.ts";

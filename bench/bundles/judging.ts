// What judges a snapshot, with its remedies and their YAML, and nothing else: it reads no cluster and publishes nothing.

export { controls } from "../../lib/controls/index.ts";
export { evaluateSnapshot } from "../../lib/scan/evaluate.ts";

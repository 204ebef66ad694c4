// The floor of `scan`: what it calls and what it judges, without what reads clusters, keeps state and publishes.

export * from "./aws-calls.ts";
export * from "./judging.ts";

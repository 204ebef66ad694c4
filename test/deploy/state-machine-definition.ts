// deploy/state-machine.asl.json as data, with CloudFormation's substitutions made.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const StateSchema = v.looseObject({ Type: v.string() });
export type State = v.InferOutput<typeof StateSchema>;
const StatesSchema = v.record(v.string(), StateSchema);
const DefinitionSchema = v.looseObject({ StartAt: v.string(), States: StatesSchema });
export type Definition = v.InferOutput<typeof DefinitionSchema>;

const ProcessorSchema = v.looseObject({
  ProcessorConfig: v.looseObject({ Mode: v.string(), ExecutionType: v.optional(v.string()) }),
  StartAt: v.string(),
  States: StatesSchema,
});

export const STAGES = ["accounts", "discover", "plan", "scan", "report"] as const;
export type Stage = (typeof STAGES)[number];

export function readDefinition(partition = "aws"): Definition {
  const path = join(import.meta.dirname, "../../deploy/state-machine.asl.json");
  return parseDefinition(JSON.parse(readFileSync(path, "utf8")), {
    Partition: partition,
    Bucket: "ringfence-prod-111111111111-eu-central-1",
    ...Object.fromEntries(STAGES.map((stage) => [`${toTitle(stage)}Function`, toFunctionArn(stage)])),
  });
}

/** Throws where a `${Name}` is left over. */
export function parseDefinition(json: unknown, substitutions: Readonly<Record<string, string>>): Definition {
  const text = JSON.stringify(json).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = substitutions[name];
    if (value === undefined) throw new Error(`no substitution for ${name}`);
    return value;
  });
  return v.parse(DefinitionSchema, JSON.parse(text));
}

export function toFunctionArn(stage: string): string {
  return `arn:aws:lambda:eu-central-1:111111111111:function:ringfence-prod-${stage}`;
}

export function toProcessor(state: State) {
  return v.parse(ProcessorSchema, state["ItemProcessor"]);
}

/** The machine's states and those of its maps. */
export function listStates({ States }: Pick<Definition, "States">): readonly (readonly [string, State])[] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Type === "Map" ? listStates(toProcessor(state)) : []),
  ]);
}

function toTitle(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

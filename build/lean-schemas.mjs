// What the SDK describes of each shape of an API, for the Lambda bundles: of a client's schemas_0.js only what our calls
// send and read. test/e2e/deploy/lean-sdk.test.ts compares the calls with those of the whole description.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The errors of these services are told apart by their names (lib/aws/errors.ts). One that is not registered has the same
 * name, message and status; so a Lambda reads no 150 classes. In STS and SNS the wire's code is not always the name.
 */
const ERRORS_BY_NAME =
  /@aws-sdk[\\/]client-(?:account|eks|organizations|s3|secrets-manager|securityhub|sfn|ssm)[\\/]/;
/** But this: lib/aws/eks.ts reads its members. */
const REGISTERED_ERROR = /^n0_registry\.registerError\((?!ResourceNotFoundException\$).*\);$/gm;
/** Of operations of STS and SNS that we do not call: AssumeRole, GetCallerIdentity and Publish document none of them. */
const ERRORS_OF_OTHERS =
  /^n0_registry\.registerError\((?:\w*(?:Batch|Tag|Limit|Replay|TradeIn|IDP|IdentityToken|JWT|WebIdentity|AuthorizationMessage|Escalation)\w*|(?:ConcurrentAccess|OptedOut|UserError|Verification|ResourceNotFound|InvalidState)Exception)\$.*\);$/gm;

/**
 * By client, shapes of JSON of which the named members are described, and every other is a document: JSON as it is. Security
 * Hub describes a hundred kinds of resources within a finding, 90 KB, and members that we do not use or that need no
 * description, 30 KB; EKS 5 KB within a cluster.
 */
const DESCRIBED = {
  "client-securityhub": {
    AwsSecurityFinding$: ["ResourceList", "Remediation$", "Compliance$", "FindingProviderFields$"],
    Compliance$: ["StatusReasonsList"],
    FindingProviderFields$: ["FindingProviderSeverity$"],
    GetFindingsRequest$: [],
    Resource$: ["ResourceDetails$"],
  },
  "client-eks": { Addon$: [], Cluster$: [] },
};
/** 15 is a document. 128 | 0 is a map of texts. */
const OWN_DETAILS =
  'export var ResourceDetails$ = [3, n0, "ResourceDetails", 0, ["AwsEksCluster", "Other"], [15, 128 | 0]];';

/** Members of S3's shapes that the SDK's checksums name; most others are headers that nobody here sends or reads. */
const NAMED_BY_THE_SDK = ["ChecksumAlgorithm", "ChecksumMode"];

export function leanSchemas(path, text) {
  const [client] = /client-[^\\/]+/.exec(path) ?? [];
  const described = withDocuments(text, DESCRIBED[client] ?? {});
  const named = client === "client-s3" ? withoutMembers(described, namesOfOurs(client)) : described;
  return toPure(named).replaceAll(ERRORS_BY_NAME.test(path) ? REGISTERED_ERROR : ERRORS_OF_OTHERS, "");
}

/**
 * The SDK describes each shape as an array; esbuild cannot know that building one has no effect (its keys are computed),
 * and would keep all of S3's for our three calls: 55 KB there, 30 KB in EKS.
 */
function toPure(text) {
  return text.replace(/^((?:export )?var [\w$]+ = )(\[[\s\S]*?\]);$/gm, "$1/* @__PURE__ */ (() => $2)();");
}

function withDocuments(text, described) {
  return mapShapes(text, described, (shape, members) =>
    shape.replace(/\(\) => ([\w$]+)/g, (member, of) => (members.includes(of) ? member : "15")),
  ).replace(/^export var ResourceDetails\$ = [\s\S]*?;$/m, OWN_DETAILS);
}

/** But errors, which begin with -3. */
const STRUCTURES = /^export var ([\w$]+) = \[3, n0, [\s\S]*?;$/gm;
/** `[3, n0, name, traits,` and then the names of the members, which are constants, their types, and how many are required. */
const STRUCTURE = /^([\s\S]*?\n {4})\[(\w+(?:, \w+)*)\],\n {4}\[(.*)\]((?:, \d+)?\n\];)$/;
/** `0`, `64 | 0`, `() => Shape$`, or one of them in brackets with its traits, whose keys are in brackets. */
const TYPE = /\[(?:[^[\]]|\[[^\]]*\])*\]|[^\s,[][^,]*/g;

function withoutMembers(text, named) {
  const texts = new Map(
    [...text.matchAll(/^const (\w+) = "(.*)";$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replace(STRUCTURES, (shape, shapeName) => {
    const [, head, names, types, tail] = STRUCTURE.exec(shape) ?? [];
    if (names === undefined) return shape;
    const typesInOrder = types.match(TYPE) ?? [];
    const members = names.split(", ").map((name, index) => ({ name, type: typesInOrder[index] }));
    if (members.length !== typesInOrder.length)
      throw new Error(`build/lean-schemas.mjs reads the types of ${shapeName} wrongly`);
    const left = members.filter(({ name }) => named.has(texts.get(name)));
    const listed = (key) => `[${left.map((member) => member[key]).join(", ")}]`;
    return `${head}${listed("name")},\n    ${listed("type")}${tail}`;
  });
}

/** Each capitalised word of the modules that call the client: whatever they send or read is among them. */
function namesOfOurs(client) {
  const folder = join(import.meta.dirname, "../lib/aws");
  const texts = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((text) => text.includes(`"@aws-sdk/${client}"`));
  return new Set([...texts.flatMap((text) => text.match(/\b[A-Z]\w*/g) ?? []), ...NAMED_BY_THE_SDK]);
}

/** `change` of each shape that `table` has. */
function mapShapes(text, table, change) {
  return text.replace(/^export var ([\w$]+) = [\s\S]*?;$/gm, (shape, name) =>
    Object.hasOwn(table, name) ? change(shape, table[name], name) : shape,
  );
}

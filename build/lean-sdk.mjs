// An esbuild plugin: what the AWS SDK brings along for others is left out of the Lambda bundles. It may leave out only
// what no call of ours reaches: test/e2e/deploy runs the bundles, where whatever is missed says so.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/** Modules of which only the names are kept: whatever uses one throws. */
const LEFT_OUT = [
  // Hashes for a runtime without Node's.
  /@smithy[\\/]core[\\/].*[\\/](?:Sha256|Md5)Js\.js$/,
  /@aws-sdk[\\/]checksums[\\/].*[\\/]Sha1Js\.js$/,
  // The browser's streams; those of Node are others.
  /@smithy[\\/]core[\\/].*[\\/](?:sdk-stream-mixin|createChecksumStream)\.browser\.js$/,
  // Bodies that are sent as streams; ours are texts.
  /@smithy[\\/]core[\\/].*[\\/](?:getAwsChunkedEncodingStream|createBufferedReadable)\.js$/,
  // The Region of an EC2 instance: Lambda has it in the environment.
  /@smithy[\\/]core[\\/].*[\\/]getInstanceMetadataRegion\.js$/,
  // The retry mode "adaptive": lib/aws/clients.ts sets the other one.
  /@smithy[\\/]core[\\/].*[\\/]util-retry[\\/](?:AdaptiveRetryStrategy|DefaultRateLimiter)\.js$/,
];

/** Modules that Lambda needs otherwise than the SDK has them. */
const REPLACED = [
  // For operations that stream events, of which we call none.
  [
    /@smithy[\\/]core[\\/].*[\\/]event-streams[\\/]index\.js$/,
    `${toStub("EventStreamSerde")}
    export const eventStreamSerdeProvider = () => undefined;
    export const resolveEventStreamSerdeConfig = (config) => config;`,
  ],
  // Signs for several Regions at once too (multi-Region access points), with packages that are not installed.
  [
    /@aws-sdk[\\/]signature-v4-multi-region[\\/].*[\\/]index\.js$/,
    `import { SignatureV4 } from "@smithy/signature-v4";
    export class SignatureV4MultiRegion extends SignatureV4 {
      static sigv4aDependency() { return "none"; }
    }
    export { SignatureV4 as SignatureV4SignWithCredentials };`,
  ],
  // The files of a person's home, which the SDK would look for at each client's first call: there are none.
  [
    /@smithy[\\/]core[\\/].*[\\/]loadSharedConfigFiles\.js$/,
    `export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });
    export { CONFIG_PREFIX_SEPARATOR } from "./constants";`,
  ],
  // Keeps the sessions of directory buckets; ours is a general purpose bucket.
  [
    /@aws-sdk[\\/]middleware-sdk-s3[\\/].*[\\/]S3ExpressIdentityProviderImpl\.js$/,
    "export class S3ExpressIdentityProviderImpl {}",
  ],
];

export const leanSdk = {
  name: "lean-sdk",
  setup({ onLoad, onResolve }) {
    onLoad(
      { filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ },
      async ({ path }) => ({ contents: leanSchemas(path, await readFile(path, "utf8")), loader: "js" }),
    );
    for (const filter of LEFT_OUT)
      onLoad({ filter }, async ({ path }) => ({ contents: toStubs(await readFile(path, "utf8"), path) }));
    for (const [filter, contents] of REPLACED) onLoad({ filter }, () => ({ contents }));
    // What the SDK would load for a browser's name or for streamed events, where there are none: not even a file of its own.
    onResolve({ filter: /^(?:bowser|@smithy\/core\/event-streams)$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path, external: true } : null,
    );
    // Rules for buckets of every kind, 18 KB, where ours is of one.
    onResolve({ filter: /[\\/]endpointResolver$/ }, ({ importer }) =>
      importer.includes("client-s3") ? { path: resolve("lib/aws/bucket-endpoint.ts") } : null,
    );
    // Which Region is of which partition, without what each is called in a list for people.
    onLoad({ filter: /@aws-sdk[\\/]core[\\/].*[\\/]aws[\\/]partitions\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: text.replaceAll(/"description": "[^"]*"/g, "") };
    });
    // A client reads its own version, and so do we; its scripts and dependencies need not come along.
    onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** A module with the same names, each of which throws when it is called or made. */
function toStubs(text, path) {
  const names = [...text.matchAll(/^export (?:async )?(?:class|const|function) (\w+)/gm)].map(
    ([, name]) => name,
  );
  if (names.length === 0) throw new Error(`build/lean-sdk.mjs finds no exports in ${path}`);
  return names.map(toStub).join("\n");
}

function toStub(name) {
  return `export function ${name}() { throw new Error("${name} is left out of this bundle by build/lean-sdk.mjs"); }`;
}

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
 * Security Hub describes a hundred kinds of resources within a finding, 90 KB, and members and filters that we do not use
 * or that need no description, 30 KB. Of these shapes the named members are described, and every other is a document.
 */
const DESCRIBED = {
  AwsSecurityFinding$: ["ResourceList", "Remediation$", "Compliance$", "FindingProviderFields$"],
  Compliance$: ["StatusReasonsList"],
  FindingProviderFields$: ["FindingProviderSeverity$"],
  GetFindingsRequest$: [],
  Resource$: ["ResourceDetails$"],
};
/** 15 is a document: JSON as it is. 128 | 0 is a map of texts. */
const OWN_DETAILS = `export var ResourceDetails$ = /* @__PURE__ */ (() =>
  [3, n0, "ResourceDetails", 0, ["AwsEksCluster", "Other"], [15, 128 | 0]])();`;

function leanSchemas(path, text) {
  // The SDK describes each shape of an API as an array; esbuild cannot know that building one has no effect (its
  // keys are computed), and would keep all of S3's for our three calls: 55 KB there, 30 KB in EKS.
  const pure = text.replace(
    /^((?:export )?var [\w$]+ = )(\[[\s\S]*?\]);$/gm,
    "$1/* @__PURE__ */ (() => $2)();",
  );
  const lean = path.includes("client-securityhub") ? withDocuments(pure) : pure;
  return lean.replaceAll(ERRORS_BY_NAME.test(path) ? REGISTERED_ERROR : ERRORS_OF_OTHERS, "");
}

function withDocuments(text) {
  return text.replace(/^export var ([\w$]+) = [\s\S]*?;$/gm, (shape, name) => {
    if (name === "ResourceDetails$") return OWN_DETAILS;
    const described = DESCRIBED[name];
    return described === undefined
      ? shape
      : shape.replace(/\(\) => ([\w$]+)/g, (member, of) => (described.includes(of) ? member : "15"));
  });
}

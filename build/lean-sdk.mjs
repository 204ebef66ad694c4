// An esbuild plugin: what the AWS SDK brings along for others is left out of the Lambda bundles. It may leave out only
// what no call of ours reaches: test/e2e/deploy runs the bundles, where whatever is missed says so.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { leanSchemas } from "./lean-schemas.mjs";

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
  // Begins a session with a directory bucket; ours is a general purpose bucket.
  /@aws-sdk[\\/]client-s3[\\/].*[\\/]CreateSessionCommand\.js$/,
  // The retry mode "adaptive": lib/aws/clients.ts sets the other one.
  /@smithy[\\/]core[\\/].*[\\/]util-retry[\\/](?:AdaptiveRetryStrategy|DefaultRateLimiter)\.js$/,
];

/** Middlewares that would do nothing: their plugins add none. */
const IDLE = [
  // Tells a logger of each call; ours is silent.
  /@aws-sdk[\\/]core[\\/].*[\\/]loggerMiddleware\.js$/,
  // For directory buckets, keys of one's own, buckets of other Regions, and the header Expires: lib/aws/s3.ts has none.
  /@aws-sdk[\\/]middleware-sdk-s3[\\/].*[\\/](?:s3ExpressMiddleware|s3ExpressHttpSigningMiddleware)\.js$/,
  /@aws-sdk[\\/]middleware-sdk-s3[\\/].*[\\/](?:middleware-ssec|region-redirect-middleware|s3-expires-middleware)\.js$/,
  // Warns where a body has no length: lib/aws/s3.ts says it.
  /@aws-sdk[\\/]middleware-sdk-s3[\\/].*[\\/]check-content-length-header\.js$/,
];

/** Functions that are left out of modules which have others that we need. */
const LEFT_OUT_FUNCTIONS = [
  // Times in JSON and in headers: EKS's are numbers, STS's are XML, and of S3's headers we read none. Retry-After stays.
  [/@smithy[\\/]core[\\/].*[\\/]serde[\\/]date-utils\.js$/, "parseRfc3339DateTimeWithOffset"],
  [/@smithy[\\/]core[\\/].*[\\/]schema-date-utils\.js$/, "_parseRfc7231DateTime"],
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
  // Are made with each client or signer, and asked for nothing: the sessions of directory buckets, and the headers within
  // signed streams of events.
  [
    /@aws-sdk[\\/]middleware-sdk-s3[\\/].*[\\/]S3ExpressIdentityProviderImpl\.js$/,
    "export class S3ExpressIdentityProviderImpl {}",
  ],
  [/@smithy[\\/]signature-v4[\\/].*[\\/]HeaderFormatter\.js$/, "export class HeaderFormatter {}"],
  // Lets extensions of a client change its configuration, and writes back what it read: ours has none.
  [
    /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]runtimeExtensions\.js$/,
    "export const resolveRuntimeExtensions = (config) => config;",
  ],
  // Warns where Node is older than that of our Lambdas.
  [
    /@aws-sdk[\\/]core[\\/].*[\\/]emitWarningIfUnsupportedVersion\.js$/,
    "export const state = {}, emitWarningIfUnsupportedVersion = () => undefined;",
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
    for (const filter of IDLE)
      onLoad({ filter }, async ({ path }) => ({ contents: toIdle(await readFile(path, "utf8"), path) }));
    for (const [filter, name] of LEFT_OUT_FUNCTIONS)
      onLoad({ filter }, async ({ path }) => ({
        contents: without(name, await readFile(path, "utf8"), path),
      }));
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

/** For a handler without lib/aws/bulk-store.ts: only the end of an upload in parts has XML to send. */
export const withoutXmlBodies = {
  name: "without-xml-bodies",
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[\\/]core[\\/].*[\\/]XmlShapeSerializer\.js$/ }, () => ({
      contents: `${toStub("write")}
      export class XmlShapeSerializer { setSerdeContext() {} write() { write(); } }`,
    }));
  },
};

/** A module with the same names, each of which throws when it is called or made. */
function toStubs(text, path) {
  return exportsOf(text, path).map(toStub).join("\n");
}

/** The same, but a plugin may be asked for, and adds nothing. */
function toIdle(text, path) {
  return exportsOf(text, path)
    .map((name) =>
      /^get\w+Plugin$/.test(name) ? `export const ${name} = () => ({ applyToStack() {} });` : toStub(name),
    )
    .join("\n");
}

/** The module without one function; what only that needed goes with it, as building a pattern has no effect. */
function without(name, text, path) {
  const definition = new RegExp(`^export const ${name} = [\\s\\S]*?^};$`, "m");
  if (!definition.test(text)) throw new Error(`build/lean-sdk.mjs finds no ${name} in ${path}`);
  return text.replace(definition, toStub(name)).replaceAll("= new RegExp(", "= /* @__PURE__ */ new RegExp(");
}

function exportsOf(text, path) {
  const names = [...text.matchAll(/^export (?:async )?(?:class|const|function) (\w+)/gm)].map(
    ([, name]) => name,
  );
  if (names.length === 0) throw new Error(`build/lean-sdk.mjs finds no exports in ${path}`);
  return names;
}

function toStub(name) {
  return `export function ${name}() { throw new Error("${name} is left out of this bundle by build/lean-sdk.mjs"); }`;
}

// The version that reports and --version carry: package.json's, which esbuild inlines into the bundles.

import manifest from "../package.json" with { type: "json" };

export const TOOL_VERSION: string = manifest.version;

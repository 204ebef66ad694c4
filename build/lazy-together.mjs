// An esbuild plugin for one handler: the modules of lib/ that it loads lazily come as one file. Each by itself takes 12 KB
// more gzipped in all, as AWS's clients are alike, and hardly an event needs only some of them.

import { resolve } from "node:path";

/** `metafile`: of the handler, built without this. */
export function lazyTogether({ outputs }) {
  const lazy = Object.values(outputs).filter(({ entryPoint }) => entryPoint?.startsWith("lib/"));
  const modules = new Set(lazy.map(({ entryPoint }) => resolve(entryPoint)));
  refuseNamesOfTwo(lazy);
  return {
    name: "lazy-together",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ path, kind, resolveDir }) =>
        kind === "dynamic-import" && modules.has(resolve(resolveDir, path))
          ? { path: "lazy", namespace: "lazy-together" }
          : null,
      );
      onLoad({ filter: /./, namespace: "lazy-together" }, () => ({
        contents: [...modules].map((path) => `export * from ${JSON.stringify(path)};`).join("\n"),
        resolveDir: ".",
      }));
    },
  };
}

/** A name that two modules export would be neither's. */
function refuseNamesOfTwo(lazy) {
  const names = lazy.flatMap(({ exports }) => exports);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0)
    throw new Error(`two modules of lib/ that are loaded lazily export ${twice.join(", ")}: rename one`);
}

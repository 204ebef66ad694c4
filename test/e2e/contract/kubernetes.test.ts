// The contracts of the Kubernetes API, on the emulated server and on a real one. Loudly skips the real one where this
// machine has none.

import { after, before, describe } from "node:test";
import { findBinaries, type ServerBinaries } from "../kube-apiserver/binaries.ts";
import { testContracts } from "./contract.ts";
import { type KubernetesApi, openEmulator, openRealServer, type Server } from "./kubernetes-api.ts";
import { ACCESS } from "./kubernetes-access.ts";
import { DISCOVERY } from "./kubernetes-discovery.ts";
import { LIMITS } from "./kubernetes-limits.ts";
import { PAGES } from "./kubernetes-pages.ts";
import { READS } from "./kubernetes-reads.ts";

const binaries = await findBinaries();
if (typeof binaries === "string") console.warn(binaries);
const real = binaries as ServerBinaries;

const SERVERS: readonly {
  readonly name: Server;
  readonly label: string;
  readonly skip: string | false;
  readonly open: () => Promise<KubernetesApi>;
}[] = [
  { name: "emulator", label: "the emulator", skip: false, open: openEmulator },
  {
    name: "kube-apiserver",
    label: typeof binaries === "string" ? "a real kube-apiserver" : `kube-apiserver ${binaries.version}`,
    skip: typeof binaries === "string" ? binaries : false,
    open: () => openRealServer(real),
  },
];

for (const { name, label, skip, open } of SERVERS)
  describe(label, { skip, concurrency: 1 }, () => {
    let api: KubernetesApi;
    before(async () => {
      api = await open();
    });
    after(() => api.close());

    for (const contracts of [DISCOVERY, READS, ACCESS, PAGES, LIMITS])
      testContracts(contracts, name, () => api);
  });

// The contracts of AWS, on the emulated cloud and on moto's server. Loudly skips moto where this machine has none.

import { after, before, describe } from "node:test";
import { ORGANIZATIONS, STS } from "./aws-accounts.ts";
import { type AwsApi, openEmulatedCloud, openMoto, type Server } from "./aws-api.ts";
import { SECURITY_HUB } from "./aws-findings.ts";
import { EKS, SECRETS, SNS, STEP_FUNCTIONS } from "./aws-messages.ts";
import { S3 } from "./aws-objects.ts";
import { testContracts } from "./contract.ts";
import { findMotoVersion } from "./moto-server.ts";

const moto = await findMotoVersion();
const noMoto = "SKIPPED: python3 with moto's server is not on this machine";
if (moto === null) console.warn(noMoto);

const SERVERS: readonly {
  readonly name: Server;
  readonly label: string;
  readonly skip: string | false;
  readonly open: () => Promise<AwsApi>;
}[] = [
  { name: "emulator", label: "the emulator", skip: false, open: openEmulatedCloud },
  { name: "moto", label: moto ?? "moto", skip: moto === null ? noMoto : false, open: openMoto },
];

for (const { name, label, skip, open } of SERVERS)
  describe(label, { skip, concurrency: 1 }, () => {
    let api: AwsApi;
    before(async () => {
      api = await open();
    });
    after(() => api.close());

    for (const contracts of [STS, ORGANIZATIONS, EKS, SECURITY_HUB, S3, SNS, STEP_FUNCTIONS, SECRETS])
      testContracts(contracts, name, () => api);
  });

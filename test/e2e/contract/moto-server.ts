// moto's server as a process on loopback, and who may enter it: everybody, with any keys, into every account.

import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Credentials } from "../../emulator/aws-world.ts";

const execute = promisify(execFile);
/** Any key does; roles need not be there. */
export const MOTO_KEYS: Credentials = { accessKeyId: "test", secretAccessKey: "test", sessionToken: "" };
/** Whose account any key is. */
export const MOTO_ACCOUNT = "123456789012";

export interface MotoServer {
  readonly endpoint: string;
  close(): void;
}

/** `moto 5.2.1`; null: this machine has none. */
export async function findMotoVersion(): Promise<string | null> {
  const program = "import moto, moto.server, flask; print(moto.__version__)";
  return execute("python3", ["-c", program]).then(
    ({ stdout }) => `moto ${stdout.trim()}`,
    () => null,
  );
}

export async function startMoto(): Promise<MotoServer> {
  const port = await findPort();
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)];
  const server = spawn("python3", args, { stdio: "ignore" });
  await waitUntilUp(endpoint);
  return { endpoint, close: () => void server.kill() };
}

/** A port that is free now; moto takes none itself. */
async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

async function waitUntilUp(endpoint: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await sleep(100);
  }
  throw new Error("moto's server did not come up within 20 s");
}

export async function enterMoto(endpoint: string, region: string, accountId: string): Promise<Credentials> {
  const sts = new STSClient({ endpoint, region, credentials: MOTO_KEYS });
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "setup",
    }),
  );
  return {
    accessKeyId: issued?.AccessKeyId ?? "",
    secretAccessKey: issued?.SecretAccessKey ?? "",
    sessionToken: issued?.SessionToken ?? "",
  };
}

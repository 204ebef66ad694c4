// One certificate authority per emulated cluster and the server certificate that it signs, in memory.
// Nothing touches the disk, and nothing is shared between clusters.

// @peculiar/x509 needs the Reflect metadata API to be there before it loads.
import "reflect-metadata";
import { KeyObject, randomBytes, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export interface ServerCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
  /** The authority that signed `certificatePem`. */
  readonly authorityPem: string;
}

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 60 * 60 * 1000;
// As long as Amazon EKS makes them: a cluster's CA lives ten years.
const LIFETIME_MS = 3650 * DAY_MS;

/** Validity follows the machine's clock, not the world's: TLS clients compare with their own. */
export async function createServerCertificate(): Promise<ServerCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([generateKeys(), generateKeys()]);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + LIFETIME_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      serialNumber: newSerialNumber(),
      name: "CN=kubernetes",
      keys: authorityKeys,
      signingAlgorithm: KEY_ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  const server = await X509CertificateGenerator.create(
    {
      ...validity,
      serialNumber: newSerialNumber(),
      subject: "CN=kube-apiserver",
      issuer: authority.subject,
      publicKey: serverKeys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: KEY_ALGORITHM,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
      ],
    },
    webcrypto,
  );
  return {
    keyPem: KeyObject.from(serverKeys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
    certificatePem: server.toString("pem"),
    authorityPem: authority.toString("pem"),
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
}

/** RFC 5280 §4.1.2.2: positive; the leading 01 keeps the sign bit clear. */
function newSerialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}

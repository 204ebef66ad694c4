// Stands for @aws-sdk/credential-provider-node in the Lambda bundles (build.mjs): Lambda always has its credentials
// in the environment, and the whole chain of profiles, SSO and instance metadata costs each cold start 29 ms.

import type { AwsCredentialIdentity } from "@smithy/types";

/** As the chain's own error is named, so that it translates into the same reason (errors.ts). */
class CredentialsProviderError extends Error {
  override readonly name = "CredentialsProviderError";
}

/** Called by each client's constructor; read at each use, because Lambda's runtime owns these variables. */
export function defaultProvider(): () => Promise<AwsCredentialIdentity> {
  return () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
      return Promise.reject(new CredentialsProviderError("no credentials in the environment"));
    return Promise.resolve({
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    });
  };
}

// One AWS service on the wire: how it finds the operation of a request and how it words refusals and errors.

import type { AwsError } from "./aws-error.ts";
import type { RoutedCall } from "./operation.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

export interface Refusal {
  readonly code: string;
  readonly status: number;
}

/** The names under which a protocol refuses a caller. They differ by protocol, not by service. */
export interface Refusals {
  readonly missing: Refusal;
  readonly unknownKey: Refusal;
  readonly badSignature: Refusal;
  readonly skewed: Refusal;
  readonly expired: Refusal;
  readonly denied: Refusal;
}

/** The protocols that speak JSON use the same names, each with one status for all of them. */
export function toJsonRefusals(status: number): Refusals {
  return {
    missing: { code: "MissingAuthenticationTokenException", status },
    unknownKey: { code: "UnrecognizedClientException", status },
    badSignature: { code: "InvalidSignatureException", status },
    skewed: { code: "InvalidSignatureException", status },
    expired: { code: "ExpiredTokenException", status },
    denied: { code: "AccessDeniedException", status },
  };
}

export interface AwsService {
  /** The service's name in a credential scope. */
  readonly id: string;
  readonly refusals: Refusals;
  /** Largest difference between the clocks, in seconds. */
  readonly clockSkewSeconds: number;
  /** A global service answers whatever Region its callers have switched on. */
  readonly isGlobal: boolean;
  /** Throws an AwsError where there is no such operation or its input cannot be read. */
  readonly route: (request: WireRequest) => RoutedCall;
  readonly toErrorAnswer: (error: AwsError, requestId: string, request: WireRequest) => WireAnswer;
}

/** "A request must reach AWS within five minutes of the time stamp in the request." (IAM guide, SigV4) */
export const CLOCK_SKEW_SECONDS = 5 * 60;

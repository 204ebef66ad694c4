// Whether Security Hub CSPM is on in one account and Region, asked once for each. Any other refusal is told as it is.

import { toUnseen } from "../aws/errors.ts";
import { unseen, type Observed } from "../model/observed.ts";
import { createObserve } from "../scan/observe.ts";
import type { AccountCloud } from "../scan/sources.ts";

/** `not-attempted`: it is off. */
export type AskHub = (account: AccountCloud, region: string) => Promise<Observed<unknown>>;

export function createHubProbe(): AskHub {
  const answers = new Map<string, Promise<Observed<unknown>>>();
  return (account, region) => {
    const place = `${account.accountId}/${region}`;
    const answer = answers.get(place) ?? askHub(account, region);
    answers.set(place, answer);
    return answer;
  };
}

/** No finding's id starts so: the question costs one page. */
const NO_FINDINGS = "ringfence/probe/";

function askHub(account: AccountCloud, region: string): Promise<Observed<unknown>> {
  return observeHub(() => account.securityHub(region).listFindings({ idPrefix: NO_FINDINGS }));
}

/** `InvalidAccessException: Account … is not subscribed to AWS Security Hub` is told apart from all the rest. */
const observeHub = createObserve([
  (error) =>
    error instanceof Error && error.name === "InvalidAccessException"
      ? unseen("not-attempted", "Security Hub is off")
      : null,
  toUnseen,
]);

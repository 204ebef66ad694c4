// Reads the parts of an ARN that decide where a call goes.

/** `arn:partition:service:region:account:resource`. Throws where there is no Region in it. */
export function readArnRegion(arn: string): string {
  const region = arn.split(":")[3];
  if (region === undefined || !/^[a-z0-9-]+$/.test(region)) throw new TypeError("an ARN without a Region");
  return region;
}

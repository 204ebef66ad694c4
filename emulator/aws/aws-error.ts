// What an AWS service answers instead of a result. The protocol of the service gives it its form on the wire.

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error, as EKS gives `clusterName`. */
  readonly members: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    more: {
      readonly members?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    // Both are optional parts of the wire form: most errors have neither.
    this.members = more.members ?? {};
    this.headers = more.headers ?? {};
  }
}

// AWS Security Finding Format (schema version 2018-10-08), the members that we send and read back.
// Source of the limits: the API reference of BatchImportFindings; sinks/security-hub.ts keeps them.

export interface AsffFinding {
  readonly SchemaVersion: "2018-10-08";
  readonly Id: string;
  readonly ProductArn: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly FirstObservedAt?: string;
  readonly LastObservedAt?: string;
  readonly CompanyName?: string;
  readonly ProductName?: string;
  readonly Title: string;
  readonly Description: string;
  readonly Remediation?: { readonly Recommendation: { readonly Text?: string; readonly Url?: string } };
  readonly ProductFields?: Readonly<Record<string, string>>;
  readonly Resources: readonly AsffResource[];
  readonly Compliance: {
    readonly Status: "PASSED" | "WARNING" | "FAILED" | "NOT_AVAILABLE";
    readonly StatusReasons?: readonly { readonly ReasonCode: string; readonly Description?: string }[];
    readonly RelatedRequirements?: readonly string[];
  };
  readonly RecordState: "ACTIVE" | "ARCHIVED";
  readonly FindingProviderFields: {
    readonly Severity: {
      readonly Label: "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";
      readonly Original: string;
    };
    readonly Types: readonly string[];
  };
}

export interface AsffResource {
  readonly Type: string;
  readonly Id: string;
  readonly Partition?: string;
  readonly Region?: string;
  readonly Tags?: Readonly<Record<string, string>>;
  readonly Details?: {
    readonly AwsEksCluster?: Readonly<Record<string, unknown>>;
    readonly Other?: Readonly<Record<string, string>>;
  };
}

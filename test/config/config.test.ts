import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";
import { parseConfiguration } from "../../lib/config/config.ts";

function errorOf(text: string, fileName = "ringfence.config.yaml"): ConfigurationError {
  try {
    parseConfiguration(text, fileName);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error;
  }
  return assert.fail("the configuration was accepted");
}

test("the defaults are what the contract says", () => {
  assert.deepEqual(parseConfiguration("", "the defaults"), {
    role: { name: "RingfenceReader", sessionPolicy: true },
    regions: "enabled",
    clusters: { include: ["*"], exclude: [], tags: { exclude: [] } },
    namespaces: {
      system: [
        { glob: "kube-system", reason: "Runs the cluster itself; its policies are the cluster operator's." },
        { glob: "kube-node-lease", reason: "Holds the nodes' heartbeats and no pods." },
        { glob: "kube-public", reason: "Holds public cluster information and no pods." },
      ],
      exclude: [],
      terminating: "judge",
    },
    publish: {
      securityHub: { enabled: false, include: "changes", firstRunLimit: 1000 },
      trustClusterTags: false,
      routes: [],
    },
    spokes: {
      accounts: [],
      regions: "enabled",
      clusters: { include: ["*"], exclude: [] },
      maxAgeHours: 24,
    },
    exemptions: [],
    namespaceExemptions: { allowed: [], maxDays: 90 },
    limits: { concurrency: 10, deadlineSeconds: 120, requestTimeoutMs: 15_000 },
  });
});

for (const text of ["", "# only a comment\n", "---\n", "{}"]) {
  test(`${JSON.stringify(text)} is a configuration without wishes`, () => {
    assert.deepEqual(parseConfiguration(text, "empty.yaml"), parseConfiguration("", "the defaults"));
  });
}

const full = `
organization:
  accounts: {include: ["*"], exclude: ["999900001111"]}
  organizationalUnits: {include: [/Workloads, "/Workloads/*"], exclude: [/Workloads/Sandbox]}
role: {name: RingfenceReader, externalId: s3cret-id, sessionPolicy: false}
regions: [eu-central-1, us-gov-west-1, mx-central-1]
clusters: {include: [prod-*], exclude: ["*-tmp"], tags: {exclude: [ringfence=off, legacy]}}
namespaces:
  system: [{glob: "kube-*", reason: The cluster's own.}]
  exclude: [{glob: scratch-?, reason: Thrown away each night.}]
publish:
  securityHub: {enabled: true, homeRegion: eu-central-1, include: all}
  sns: {topicArn: "arn:aws:sns:eu-central-1:111122223333:ringfence", format: amazon-q}
  slack: {secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ringfence/slack-AbCdEf"}
  routes:
    - accounts: ["111122223333"]
      severities: [critical]
      sns: {topicArn: "arn:aws-cn:sns:cn-north-1:111122223333:pager"}
state: {bucket: ringfence-state-111122223333}
spokes: {accounts: ["111122223333"], regions: [eu-central-1], clusters: {include: [erp-*], exclude: [erp-dev]}, maxAgeHours: 30}
exemptions:
  - {controls: [NETPOL.20], clusters: [dev-*], reason: Developers' sandboxes., owner: platform@example.com, until: 2027-06-30}
namespaceExemptions: {allowed: [NETPOL.22, NETPOL.23], maxDays: 30}
limits: {concurrency: 20, deadlineSeconds: 600, requestTimeoutMs: 5000}
`;

test("every key of the contract is taken", () => {
  const configuration = parseConfiguration(full, "full.yaml");
  assert.equal(configuration.role.externalId, "s3cret-id");
  assert.deepEqual(configuration.regions, ["eu-central-1", "us-gov-west-1", "mx-central-1"]);
  assert.deepEqual(configuration.organization?.organizationalUnits.exclude, ["/Workloads/Sandbox"]);
  assert.deepEqual(configuration.publish.routes[0], {
    accounts: ["111122223333"],
    organizationalUnits: ["*"],
    clusterTags: [],
    severities: ["critical"],
    sns: { topicArn: "arn:aws-cn:sns:cn-north-1:111122223333:pager", format: "text" },
  });
  assert.deepEqual(configuration.exemptions[0]?.accounts, ["*"]);
});

test("JSON is read by the same rules", () => {
  const configuration = parseConfiguration(
    '{"regions": ["eu-west-1"], "limits": {"concurrency": 3}}',
    "c.json",
  );
  assert.deepEqual(configuration.regions, ["eu-west-1"]);
  assert.equal(configuration.limits.concurrency, 3);
});

test("five mistakes are told at once, each with its place, what was seen, what is allowed and a hint", () => {
  const error = errorOf(`regions: [eu-central]
clusters:
  exlude: [a]
accounts: [012345678901]
publish:
  securityHub: {include: change}
exemptions:
  - {controls: [NETPOL.20], reason: Because., owner: me, until: 2027-02-30}
`);
  assert.equal(error.name, "ConfigurationError");
  assert.equal(error.file, "ringfence.config.yaml");
  assert.deepEqual(error.problems.map(({ path, line }) => `${path} ${line}`).toSorted(), [
    "accounts[0] 4",
    "clusters.exlude 3",
    "exemptions[0].until 8",
    "publish.securityHub.include 6",
    "regions[0] 1",
  ]);
  assert.equal(
    error.message,
    `ringfence.config.yaml has 5 problems:

  clusters.exlude (line 3)
    seen:     the unknown key "exlude"
    allowed:  the keys include, exclude, tags
    hint:     Did you mean exclude?

  accounts[0] (line 4)
    seen:     the number 12345678901
    allowed:  a 12-digit account id in quotes, such as "111122223333"
    hint:     Put it in quotes: without them YAML reads a number, and drops leading zeros.

  regions[0] (line 1)
    seen:     "eu-central"
    allowed:  an AWS Region, such as eu-central-1

  publish.securityHub.include (line 6)
    seen:     "change"
    allowed:  one of: changes, all
    hint:     Did you mean changes?

  exemptions[0].until (line 8)
    seen:     "2027-02-30"
    allowed:  a day of the calendar, such as 2027-01-31`,
  );
});

const NO_HINT = null;
const wrong: readonly (readonly [
  what: string,
  text: string,
  path: string,
  seen: RegExp,
  allowed: RegExp,
  hint: RegExp | null,
])[] = [
  ["a list at the top", "[1]", "", /a list of 1/, /a map with the keys organization, accounts/, NO_HINT],
  ["a text at the top", "hello", "", /"hello"/, /a map with the keys/, NO_HINT],
  [
    "an empty list for a section",
    "clusters: []",
    "clusters",
    /a list of 0/,
    /a map with the keys include/,
    NO_HINT,
  ],
  [
    "a list for an inner section",
    "publish: {securityHub: [enabled]}",
    "publish.securityHub",
    /a list of 1/,
    /a map with the keys enabled/,
    NO_HINT,
  ],
  [
    "an empty section",
    "clusters:\n",
    "clusters",
    /null: nothing stands/,
    /a map with the keys include/,
    /Leave the key out/,
  ],
  [
    "a text for a list",
    "clusters: {include: prod}",
    "clusters.include",
    /"prod"/,
    /a list of names/,
    /even of one/,
  ],
  ["an empty include", "clusters: {include: []}", "clusters.include", /a list of 0/, /at least one/, NO_HINT],
  ["an item twice", "regions: [eu-west-1, eu-west-1]", "regions[1]", /"eu-west-1"/, /once/, NO_HINT],
  [
    "an ARN for a role name",
    'role: {name: "arn:aws:iam::111122223333:role/x"}',
    "role.name",
    /arn:aws/,
    /not the ARN/,
    NO_HINT,
  ],
  [
    "a brace glob",
    'clusters: {include: ["prod-{a,b}"]}',
    "clusters.include[0]",
    /prod/,
    /\* is any run/,
    NO_HINT,
  ],
  [
    "a regular expression for a glob",
    "clusters: {include: [(a+)+$]}",
    "clusters.include[0]",
    /a\+/,
    /\* is any run/,
    NO_HINT,
  ],
  [
    "a glob without end",
    `clusters: {include: [${"a".repeat(257)}]}`,
    "clusters.include[0]",
    /aaa/,
    /\* is any run/,
    NO_HINT,
  ],
  [
    "a unit path without slash",
    "organization: {organizationalUnits: {include: [Workloads]}}",
    "organization.organizationalUnits.include[0]",
    /Workloads/,
    /path of organizational units/,
    NO_HINT,
  ],
  ["an account of 11 digits", 'accounts: ["11112222333"]', "accounts[0]", /11112222333/, /12-digit/, NO_HINT],
  [
    "accounts next to organization",
    'organization: {}\naccounts: ["111122223333"]',
    "accounts",
    /a list of 1/,
    /not both/,
    NO_HINT,
  ],
  [
    "a FIFO topic",
    'publish: {sns: {topicArn: "arn:aws:sns:eu-west-1:111122223333:a.fifo"}}',
    "publish.sns.topicArn",
    /fifo/,
    /standard SNS topic/,
    NO_HINT,
  ],
  [
    "a missing topic",
    "publish: {sns: {format: json}}",
    "publish.sns.topicArn",
    /nothing/,
    /standard SNS topic/,
    /required/,
  ],
  [
    "a webhook in two places",
    'publish: {slack: {parameterName: /a, secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"}}',
    "publish.slack",
    /a map/,
    /exactly one of secretArn and parameterName/,
    NO_HINT,
  ],
  [
    "a parameter of AWS's own",
    "publish: {slack: {parameterName: /aws/service/x}}",
    "publish.slack.parameterName",
    /\/aws\/service\/x/,
    /starting with \//,
    NO_HINT,
  ],
  [
    "a route to nowhere",
    'publish: {routes: [{accounts: ["*"]}]}',
    "publish.routes[0]",
    /a map with the keys accounts/,
    /sns or slack/,
    NO_HINT,
  ],
  [
    "a route by organizational unit without an organization",
    'publish: {routes: [{organizationalUnits: [/Shop], slack: {secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"}}]}',
    "organization",
    /nothing/,
    /only it knows the units/,
    /required/,
  ],
  [
    "a route by tag where tags are not trusted",
    'publish: {routes: [{clusterTags: [team=shop], slack: {secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"}}]}',
    "publish.trustClusterTags",
    /./,
    /trustClusterTags: true beside routes with clusterTags: whoever owns a cluster sets its tags/,
    /required/,
  ],
  ["state without a place", "state: {}", "state", /a map/, /exactly one of bucket and folder/, NO_HINT],
  [
    "state in two places",
    "state: {bucket: abc, folder: ./x}",
    "state",
    /a map/,
    /exactly one of bucket and folder/,
    NO_HINT,
  ],
  ["a bucket with capitals", "state: {bucket: MyBucket}", "state.bucket", /MyBucket/, /S3 bucket/, NO_HINT],
  [
    "a number in quotes",
    'limits: {concurrency: "5"}',
    "limits.concurrency",
    /"5"/,
    /from 1 to 200/,
    /without quotes/,
  ],
  [
    "half a cluster",
    "limits: {concurrency: 1.5}",
    "limits.concurrency",
    /the number 1.5/,
    /whole number of clusters/,
    NO_HINT,
  ],
  [
    "no time at all",
    "limits: {requestTimeoutMs: 0}",
    "limits.requestTimeoutMs",
    /the number 0/,
    /milliseconds from 100/,
    NO_HINT,
  ],
  [
    "not a number",
    "limits: {deadlineSeconds: .nan}",
    "limits.deadlineSeconds",
    /NaN/,
    /seconds from 5/,
    NO_HINT,
  ],
  ["yes for true", "role: {sessionPolicy: yes}", "role.sessionPolicy", /"yes"/, /true or false/, NO_HINT],
  [
    "a number for an external id is a text",
    "role: {sessionPolicy: 1}",
    "role.sessionPolicy",
    /the number 1/,
    /true or false/,
    NO_HINT,
  ],
  [
    "an unknown severity",
    'publish: {routes: [{severities: [Critical], slack: {secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"}}]}',
    "publish.routes[0].severities[0]",
    /Critical/,
    /one of: critical/,
    /critical/,
  ],
  [
    "a control that does not look like one",
    "exemptions: [{controls: [NP20], reason: r, owner: o, until: 2027-01-01}]",
    "exemptions[0].controls[0]",
    /NP20/,
    /NETPOL\.20/,
    NO_HINT,
  ],
  [
    "a missing owner",
    "exemptions: [{controls: [NETPOL.20], reason: r, until: 2027-01-01}]",
    "exemptions[0].owner",
    /nothing/,
    /a sentence/,
    /required/,
  ],
  [
    "a blank reason",
    'exemptions: [{controls: [NETPOL.20], reason: " ", owner: o, until: 2027-01-01}]',
    "exemptions[0].reason",
    /" "/,
    /a sentence/,
    NO_HINT,
  ],
  [
    "a time for a day",
    "exemptions: [{controls: [NETPOL.20], reason: r, owner: o, until: 2027-01-01T00:00:00Z}]",
    "exemptions[0].until",
    /T00/,
    /a day of the calendar/,
    NO_HINT,
  ],
  [
    "enforcement exempted by namespaces",
    "namespaceExemptions: {allowed: [NETPOL.2]}",
    "namespaceExemptions.allowed[0]",
    /NETPOL\.2"/,
    /not NETPOL\.1 to NETPOL\.9/,
    NO_HINT,
  ],
  [
    "inertness exempted by namespaces",
    "namespaceExemptions: {allowed: [NETPOL.21]}",
    "namespaceExemptions.allowed[0]",
    /NETPOL\.21"/,
    /NETPOL\.21/,
    NO_HINT,
  ],
  [
    "an unknown key far from any",
    "zzz: 1",
    "zzz",
    /unknown key "zzz"/,
    /organization, accounts, role/,
    NO_HINT,
  ],
  ["swapped letters in a key", "roel: {}", "roel", /roel/, /role/, /Did you mean role\?/],
  [
    "a key called __proto__",
    "__proto__: {regions: [eu-west-1]}",
    "__proto__",
    /__proto__/,
    /organization/,
    NO_HINT,
  ],
  [
    "a key called constructor",
    "role: {constructor: 1}",
    "role.constructor",
    /constructor/,
    /name, externalId/,
    NO_HINT,
  ],
  ["a YAML merge key", "clusters: {<<: {include: [a]}}", "clusters.<<", /<</, /include, exclude/, NO_HINT],
];

for (const [what, text, path, seen, allowed, hint] of wrong) {
  test(`${what} is one problem at ${path === "" ? "the top" : path}`, () => {
    const { problems } = errorOf(text);
    assert.deepEqual(
      problems.map((problem) => problem.path),
      [path],
    );
    const [problem] = problems;
    assert.match(problem?.seen ?? "", seen);
    assert.match(problem?.expected ?? "", allowed);
    if (hint === null) assert.equal(problem?.hint, null);
    else assert.match(problem?.hint ?? "", hint);
  });
}

test("several unknown keys of one map are all named", () => {
  const { problems } = errorOf("a: 1\nclusters: {b: 1, c: 2}\nd: 1\n");
  assert.deepEqual(problems.map(({ path }) => path).toSorted(), ["a", "clusters.b", "clusters.c", "d"]);
});

const secrets: readonly (readonly [what: string, text: string])[] = [
  [
    "a webhook URL in place of the secret's ARN",
    "publish: {slack: {secretArn: https://hooks.slack.com/services/T0/B0/s3cr3t}}",
  ],
  [
    "a webhook URL in place of the parameter's name",
    "publish: {slack: {parameterName: https://hooks.slack.com/services/T0/B0/s3cr3t}}",
  ],
  [
    "a webhook URL in any other place",
    "publish: {sns: {topicArn: https://hooks.slack.com/services/T0/B0/s3cr3t}}",
  ],
  ["an external id that is not allowed", "role: {externalId: s3cr3t!}"],
  ["an external id that is a list", "role: {externalId: [s3cr3t]}"],
  ["a syntax error next to a secret", 'role: {externalId: "s3cr3t}\nregions: ['],
];

for (const [what, text] of secrets) {
  test(`${what} is told without showing it`, () => {
    const error = errorOf(text);
    assert.doesNotMatch(error.message, /s3cr3t/);
    assert.doesNotMatch(JSON.stringify(error.problems), /s3cr3t/);
  });
}

test("an external id of digits without quotes is not shown either", () => {
  assert.doesNotMatch(errorOf("role: {externalId: 271828182845}").message, /271828182845/);
});

test("a hostile value cannot steer the terminal or flood it", () => {
  const escapes = errorOf('regions: ["\\e[31mred\\u202e"]').message;
  assert.match(escapes, /\\u001b\[31mred/);
  // eslint-disable-next-line no-control-regex -- these are what must not come out
  assert.doesNotMatch(escapes, /[\u001b\u202e]/);
  assert.ok(errorOf(`regions: [${"x".repeat(100_000)}]`).message.length < 1000);
  assert.ok(errorOf(`${"k".repeat(100_000)}: 1`).message.length < 2000);
  const many = errorOf(Array.from({ length: 2000 }, (_, i) => `wrong-key-${i}: 1`).join("\n"));
  assert.equal(many.problems.length, 2000);
  assert.match(many.message, /… and 1950 more$/);
});

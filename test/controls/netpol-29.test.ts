import { netpol29 } from "../../lib/controls/netpol-29.ts";
import type { Labels, Namespace } from "../../lib/model/kubernetes.ts";
import { testControl } from "./control-table.ts";

function namespace(name: string, annotations: Labels = {}): Namespace {
  return { name, labels: {}, annotations, terminating: false, createdAt: null };
}

const valid = {
  "ringfence.dev/exempt": "NETPOL.20, NETPOL.22",
  "ringfence.dev/reason": "Moves out in spring.",
  "ringfence.dev/owner": "team-web",
  "ringfence.dev/until": "2027-01-31",
};

function without(name: keyof typeof valid): Labels {
  return Object.fromEntries(
    Object.entries(valid).filter(([key]) => key !== `ringfence.dev/${name}` && key !== name),
  );
}

function row(name: string, annotations: Labels, because: RegExp) {
  return {
    name,
    facts: { namespaces: [namespace("web", annotations)] },
    expect: { web: { status: "fail" as const, because } },
  };
}

testControl(
  netpol29,
  [
    {
      name: "reason, owner and a day: its form is right",
      facts: { namespaces: [namespace("web", valid), namespace("plain", { note: "x" })] },
      expect: { web: { status: "pass" } },
    },
    {
      name: "who exempts nothing is not asked",
      facts: { namespaces: [namespace("plain")] },
      expect: {},
    },
    row("no reason", without("ringfence.dev/reason"), /declares gives no reason\.$/),
    row("a blank owner", { ...valid, "ringfence.dev/owner": "  " }, /names no owner/),
    row("no last day", without("ringfence.dev/until"), /has no last day/),
    row("no control", without("ringfence.dev/exempt"), /names no control/),
    row(
      "a date of another country",
      { ...valid, "ringfence.dev/until": "31.01.2027" },
      /of the form 2027-01-31/,
    ),
    row("a day that is on no calendar", { ...valid, "ringfence.dev/until": "2027-02-30" }, /of the form/),
    row("what is no id", { ...valid, "ringfence.dev/exempt": "all" }, /names all, which is no control/),
    row(
      "whether it enforces is not for the namespace to decide",
      { ...valid, "ringfence.dev/exempt": "NETPOL.2,NETPOL.9 NETPOL.21" },
      /NETPOL\.2, from which no namespace may exempt itself; it names NETPOL\.9, .*; it names NETPOL\.21,/,
    ),
    row(
      "a hundred wrong ids are counted, not listed",
      { ...valid, "ringfence.dev/exempt": Array.from({ length: 100 }, (_, index) => `x${index}`).join(" ") },
      /; and 95 more\.$/,
    ),
  ],
  { "not-applicable": "a namespace that says nothing of exemptions has no finding" },
);

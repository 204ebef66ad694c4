// Answers questions about reachability from the same flows as the verdicts. "`allowed` needs the source's egress
// and the destination's ingress for every pod pair … enforcement is not considered" (CONTRACTS).

import type { Problem } from "../model/configuration-error.ts";
import type { Pod } from "../model/kubernetes.ts";
import type { Probe } from "../model/report.ts";
import { nearest } from "../nearest.ts";
import type { Connection } from "../netpol/decide-connection.ts";
import { endpointInWords, type Endpoint } from "../netpol/endpoint.ts";
import type { IsolationInput } from "../netpol/isolation-input.ts";
import type { Protocol } from "../netpol/policy.ts";
import { createReachability, type Reachability } from "../netpol/reachability.ts";
import { indexCronJobs, workloadOfPod } from "../netpol/workload-of-pod.ts";
import { workloadKey } from "./manifest-facts.ts";
import type { AskedEndpoint, Question, WhoQuestion } from "./parse-question.ts";
import { toQuestionError, type PlacedQuestion } from "./read-questions.ts";

/** Throws a ConfigurationError that names every question about something that the input does not have. */
export function answerQuestions(
  questions: readonly PlacedQuestion[],
  input: IsolationInput,
): readonly Probe[] {
  if (questions.length === 0) return [];
  const asked = questions.flatMap(({ question }) => endpointsOf(question));
  const reachability = createReachability(input, createIsAskedFor(asked));
  const ports = (target: AskedEndpoint): readonly Connection[] => declaredPorts(target.endpoint, input);
  const strangers = findStrangers(questions, reachability);
  if (strangers.length > 0) throw toQuestionError(strangers);
  const portless = findPortless(questions, ports);
  if (portless.length > 0) throw toQuestionError(portless);
  return questions.flatMap(({ question }) =>
    question.kind === "probe"
      ? [answerProbe(question, reachability)]
      : (question.connection === null ? ports(question.to) : [question.connection]).flatMap((connection) =>
          answerWho(question, connection, reachability),
        ),
  );
}

function answerProbe(
  { from, to, connection }: Extract<Question, { kind: "probe" }>,
  reachability: Reachability,
): Probe {
  const reach = reachability.isAllowed(from.endpoint, to.endpoint, connection);
  return { from: from.text, to: to.text, ...connection, ...reach };
}

function answerWho(
  { to }: WhoQuestion,
  connection: Connection,
  reachability: Reachability,
): readonly Probe[] {
  return reachability
    .whoCanReach(to.endpoint, connection)
    .map(({ from, ...reach }) => ({ from: endpointInWords(from), to: to.text, ...connection, ...reach }));
}

function endpointsOf(question: Question): readonly AskedEndpoint[] {
  return question.kind === "probe" ? [question.from, question.to] : [question.to];
}

/** A pod that is asked for by its own name answers for itself, and still counts as one of its workload's. */
function createIsAskedFor(asked: readonly AskedEndpoint[]): (pod: Pod) => boolean {
  const keys = new Set(asked.map(({ endpoint }) => keyOf(endpoint)));
  return ({ namespace, name }) => keys.has(workloadKey("Pod", namespace, name));
}

function keyOf(endpoint: Endpoint): string | null {
  if (endpoint.kind !== "workload") return null;
  return workloadKey(endpoint.workload.kind, endpoint.namespace, endpoint.workload.name);
}

function findStrangers(
  questions: readonly PlacedQuestion[],
  { workloads }: Reachability,
): readonly Problem[] {
  const known = new Set(workloads.map(keyOf));
  const names = workloads.map(endpointInWords);
  return questions.flatMap(({ question, source, line }) =>
    endpointsOf(question)
      .filter(({ endpoint }) => endpoint.kind === "workload" && !known.has(keyOf(endpoint)))
      .map(({ text }) => ({
        path: source,
        line,
        seen: `${text}, of which the input has no live pod`,
        expected: "a workload or pod of the input",
        hint: hintFor(text, names),
      })),
  );
}

const MAX_NEAR = 3;

/** The same name elsewhere, or else what takes the fewest typing mistakes. */
function hintFor(text: string, names: readonly string[]): string | null {
  const [, , wanted] = text.split("/");
  const sameName = names.filter((name) => name.split("/")[2] === wanted).slice(0, MAX_NEAR);
  const near = sameName.length > 0 ? sameName : [nearest(text, names)].filter((name) => name !== null);
  return near.length === 0 ? null : `did you mean ${near.join(" or ")}?`;
}

function findPortless(
  questions: readonly PlacedQuestion[],
  ports: (target: AskedEndpoint) => readonly Connection[],
): readonly Problem[] {
  return questions.flatMap(({ question, source, line }) => {
    if (question.kind === "probe" || question.connection !== null || ports(question.to).length > 0) return [];
    const seen = `${question.to.text}, whose containers declare no port`;
    return [{ path: source, line, seen, expected: `${question.to.text}:PORT/PROTOCOL`, hint: null }];
  });
}

/** Of every pod of the workload, each once, in order. */
function declaredPorts(target: Endpoint, { pods, jobs }: IsolationInput): readonly Connection[] {
  const cronJobs = indexCronJobs(jobs);
  const wanted = keyOf(target);
  const ports = pods
    .filter((pod) => {
      const { kind, name } = workloadOfPod(pod, cronJobs);
      const keys = [workloadKey(kind, pod.namespace, name), workloadKey("Pod", pod.namespace, pod.name)];
      return wanted !== null && keys.includes(wanted);
    })
    .flatMap(({ detail }) => detail?.containers ?? [])
    .flatMap((container) => container.ports)
    .flatMap(({ containerPort, protocol }) =>
      isProtocol(protocol) ? [{ port: containerPort, protocol }] : [],
    );
  const distinct = new Map(ports.map((port) => [`${port.port}/${port.protocol}`, port]));
  return [...distinct.values()].toSorted((a, b) => a.port - b.port);
}

function isProtocol(text: string): text is Protocol {
  return text === "TCP" || text === "UDP" || text === "SCTP";
}

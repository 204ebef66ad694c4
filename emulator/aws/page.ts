// Lists come in pages: a token holds where the next one starts, and is good only for the list that gave it.

import { AwsError } from "./aws-error.ts";

export interface PageRequest<Item> {
  readonly items: readonly Item[];
  readonly size: number;
  readonly token: string | undefined;
  /** What the list is of: a token of another list is refused. */
  readonly list: string;
  /** What the service calls a token that is not its own. */
  readonly invalidToken: string;
  /** Put an empty page with a token in front of every page, as some services may. */
  readonly emptyPages?: boolean;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

export function toPage<Item>(request: PageRequest<Item>): Page<Item> {
  const { items, size, list } = request;
  const { offset, wasEmpty } = parseToken(request);
  if (request.emptyPages === true && !wasEmpty) return { items: [], nextToken: toToken(list, offset, true) };
  const end = offset + size;
  return {
    items: items.slice(offset, end),
    nextToken: end < items.length ? toToken(list, end, false) : undefined,
  };
}

function toToken(list: string, offset: number, wasEmpty: boolean): string {
  return Buffer.from(JSON.stringify([list, offset, wasEmpty])).toString("base64");
}

function parseToken({ token, list, invalidToken }: PageRequest<unknown>): {
  readonly offset: number;
  readonly wasEmpty: boolean;
} {
  if (token === undefined) return { offset: 0, wasEmpty: false };
  const decoded = Buffer.from(token, "base64").toString("utf8");
  const match = /^(.*),(\d+),(true|false)\]$/u.exec(decoded);
  if (match === null || match[1] !== `[${JSON.stringify(list)}`) {
    throw new AwsError(invalidToken, 400, "The provided pagination token is not valid");
  }
  return { offset: Number(match[2]), wasEmpty: match[3] === "true" };
}

// How the contracts of AWS read an answer: a refusal by its name and status, a list page by page.

/** Name and HTTP status, as an SDK shows them; an answer is an error of the contract. */
export async function refusalOf(asked: Promise<unknown>): Promise<readonly [string, number | undefined]> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return ["answered", 200];
  if (!(error instanceof Error)) throw new TypeError("rejected with something that is not an error");
  const { $metadata: metadata } = error as Error & { readonly $metadata?: { httpStatusCode?: number } };
  return [error.name, metadata?.httpStatusCode];
}

/** Every page until there is no token, ten at most. */
export async function readPages<Page>(
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    pages.push(page);
    token = tokenOf(page);
  } while (token !== undefined && pages.length < 10);
  return pages;
}

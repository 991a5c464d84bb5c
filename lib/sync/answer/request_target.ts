/**
 * The target of a request, path and query, as it was sent: everything in its URL after the authority.
 * The listener lets only targets through that a URL keeps as they are.
 */
export function requestTarget({ url }: Pick<Request, "url">): string {
  return url.slice(url.indexOf("/", url.indexOf("://") + 3));
}

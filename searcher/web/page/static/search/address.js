// The address of a question: everything that its answer depends on, so that it can be kept, sent and gone back to.

const PLAIN = ["q", "order", "picture"];
const LISTS = ["more", "less"];

/** Return the question that an address asks: {q, order, picture, more: [id], less: [id], isWeakShown}. */
export function readAddress(search = location.search) {
  const parameters = new URLSearchParams(search);
  const asked = { isWeakShown: parameters.get("weak") === "1" };
  for (const name of PLAIN) asked[name] = parameters.get(name) ?? "";
  for (const name of LISTS) asked[name] = parameters.getAll(name);
  return asked;
}

/** Return the address of a question, with some of it changed. */
export function addressWith(asked, changed = {}) {
  const wanted = { ...asked, ...changed };
  const parameters = new URLSearchParams();
  for (const name of PLAIN) if (wanted[name]) parameters.set(name, wanted[name]);
  for (const name of LISTS) for (const id of wanted[name] ?? []) parameters.append(name, id);
  if (wanted.isWeakShown) parameters.set("weak", "1");
  const query = parameters.toString();
  return query ? `/search?${query}` : "/search";
}

/** Return the address of a plain question. */
export function addressOfLine(q) {
  return addressWith({ q });
}

/** Return a filter as the query's grammar writes it; the value may hold any character. */
export function filterOf(key, value) {
  return `${key}:"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** Return the question as parameters of the API. */
export function asParameters({ q, order, picture, more, less }) {
  return { q, order, picture, more, less };
}

/** Return whether anything is asked. */
export function asksAnything({ q, picture, more }) {
  return q.trim() !== "" || picture !== "" || more.length > 0;
}

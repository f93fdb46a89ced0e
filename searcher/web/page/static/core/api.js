// Asks the server of this page.

import { find } from "./dom.js";

const API = "/api/v1";
const MOST_KEPT_ALIVE = 20_000; // characters of a body
let writeToken = find('meta[name="write-token"]').content;

export const isReadOnly = document.body.hasAttribute("data-read-only");
/** Whether some photos may be edited, even where `isReadOnly`: `may_edit` says it of each photo and album. */
export const mayEdit = document.body.hasAttribute("data-edits");

/** What the server refused, in its own sentence. */
export class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.kind = error?.kind ?? "no-answer";
    this.column = error?.column ?? null;
  }
}

/** The server didn't answer at all. */
export class NoAnswer extends Error {}

/** Return the address of something of the API; parameters that are null are left out, arrays are repeated. */
export function address(path, parameters = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") search.append(name, one);
    }
  }
  const query = search.toString();
  return API + path + (query ? `?${query}` : "");
}

/** Return what GET answers. Throws Refused; an AbortError if `signal` says so. */
export async function get(path, parameters = {}, signal = undefined) {
  return answered(address(path, parameters), { signal, headers: { accept: "application/json" } });
}

let changes = Promise.resolve(); // of what was sent and is not answered yet

/** Return (a promise of) the moment when every change that was sent is answered. */
export const written = () => changes;

/** Change something, and return the answer: a Blob unless it is JSON, as `body` is. Throws Refused. */
export function send(method, path, body = undefined, signal = undefined) {
  const answer = answeredChange(method, path, body, signal);
  changes = Promise.allSettled([changes, answer]);
  return answer;
}

async function answeredChange(method, path, body, signal) {
  const headers = { accept: "application/json" };
  const isBlob = body instanceof Blob;
  if (body !== undefined && !isBlob) headers["content-type"] = "application/json";
  const sent = body === undefined || isBlob ? body : JSON.stringify(body);
  // What was typed before a page is left is still sent; browsers allow that for 64 kB.
  const keepalive = typeof sent === "string" && sent.length < MOST_KEPT_ALIVE;
  const change = () => {
    const withToken = { ...headers, "x-photoseek-token": writeToken };
    return answered(API + path, { method, headers: withToken, signal, body: sent, keepalive });
  };
  try {
    return await change();
  } catch (error) {
    if (error.kind !== "no-write-token") throw error;
    writeToken = (await get("/session")).write_token; // the server was started anew
    return change();
  }
}

async function answered(to, request) {
  const response = await fetch(to, request).catch((error) => {
    throw error.name === "AbortError" ? error : new NoAnswer(error.message);
  });
  if (response.status === 401) location.reload(); // the server asks for the password
  if (response.status === 204) return null;
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  if (!response.ok) throw new Refused(response.status, isJson ? (await response.json()).error : null);
  return isJson ? response.json() : response.blob();
}

/** Return the address of a photo's thumbnail: "small", "medium" or "large". */
export function thumbnail(photo, size = "small") {
  return address(`/photos/${photo.id}/thumbnail`, { size, v: photo.hash });
}

/** Return the address of the video of a motion photo. */
export function motion(photo) {
  return address(`/photos/${photo.id}/motion`);
}

/** Return the address of a photo's original. */
export function original(photo) {
  return address(`/photos/${photo.id}/file`);
}

// Keeps the visitors' page for a telephone without a signal: from the network while there is one.
const STORE = "eat-1";
const PATIENCE_MS = 4000;
const ANY = { ignoreVary: true }; // an image and a fetch of one address ask with other headers

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name.startsWith("eat-") && name !== STORE));
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const { page, files } = event.data;
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    await store.addAll([page, ...files]);
    event.source.postMessage("kept");
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(`${location.origin}/`)) return;
  event.respondWith(answer(request));
});

async function answer(request) {
  const store = await caches.open(STORE);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (fresh.ok && (await store.match(request.url, ANY))) await store.put(request.url, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await store.match(request.url, ANY);
    if (kept) return kept;
    if (request.mode === "navigate") return shell(store, new URL(request.url));
    throw error;
  }
}

/** The kept page for any search; a place opens on it from the data that is kept. */
async function shell(store, url) {
  const pages = (await store.keys()).filter(({ url: kept }) => /\/eat\?lang=[^&]*$/.test(kept));
  const lang = url.searchParams.get("lang");
  const page = pages.find((kept) => kept.url.endsWith(`?lang=${lang}`)) ?? pages[0];
  if (!page) return Response.error();
  const place = url.pathname.match(/\/eat\/([^/]+)$/)?.[1];
  return place ? Response.redirect(`${page.url}#place=${place}`) : store.match(page, ANY);
}

"use strict";
// The page to read and try the API. The pattern of a filter tells testers a simple one; people
// may try any, so it is taken out before the form would refuse theirs.
window.addEventListener("load", async () => {
  const spec = await (await fetch("openapi.json")).json();
  // The page may call its own origin only, under whatever name a proxy gives it.
  spec.servers = [{ url: new URL(".", location.href).pathname }];
  for (const path of Object.values(spec.paths)) {
    for (const parameter of path.get.parameters) {
      if (parameter.name === "filter") delete parameter.schema.pattern;
    }
  }
  SwaggerUIBundle({ spec, dom_id: "#swagger-ui", deepLinking: true });
});

// What the page handed over, and how its language counts.
export const page = JSON.parse(document.getElementById("page-data").textContent);

// Path below which the service is reached: this file is in its folder `static`.
export const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

const plural = new Intl.PluralRules(page.lang);
const number = new Intl.NumberFormat(page.lang);

export const written = (n) => number.format(n);

export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export const counted = (forms, n) => filled(forms[plural.select(n)] ?? forms.other, { n: written(n) });

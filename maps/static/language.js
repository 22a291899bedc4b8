// The language sheet: the choice is in the address, and this browser remembers it in its own storage.
// Nothing is sent with requests, so nobody is asked for consent.
"use strict";

(() => {
  const KEY = "atlas-language";
  const offered = document.currentScript.dataset.languages.split(" ");

  // Storage is refused in private windows and in frames of other sites.
  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function remember(lang) {
    try {
      localStorage.setItem(KEY, lang);
    } catch {
      // The address has it all the same.
    }
  }

  // An address without a language is answered in the browser's; the reader may have chosen another.
  function goToRemembered() {
    const here = new URL(location.href);
    const lang = remembered();
    if (offered.includes(here.searchParams.get("lang")) || !offered.includes(lang) || lang === document.documentElement.lang) return;
    here.searchParams.set("lang", lang);
    location.replace(here);
  }

  const rank = (lang) => {
    const place = navigator.languages.findIndex((tag) => tag.toLowerCase().split("-")[0].replace(/^tl$/, "fil") === lang);
    return place < 0 ? navigator.languages.length : place;
  };

  // The languages of the browser come first in the sheet.
  function sortSheet(sheet) {
    const items = [...sheet.querySelectorAll("li")];
    const langOf = (item) => item.querySelector("[data-lang]").dataset.lang;
    items.sort((one, other) => rank(langOf(one)) - rank(langOf(other)));
    sheet.querySelector("ul").append(...items);
  }

  function prepareSheet() {
    const sheet = document.querySelector("details.languages, details.tongues");
    if (!sheet) return;
    sortSheet(sheet);
    sheet.addEventListener("click", ({ target }) => {
      const link = target.closest("[data-lang]");
      if (link) remember(link.dataset.lang);
    });
    sheet.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !sheet.open) return;
      sheet.open = false;
      sheet.querySelector("summary").focus();
    });
    document.addEventListener("click", ({ target }) => {
      if (!sheet.contains(target)) sheet.open = false;
    });
  }

  goToRemembered();
  document.addEventListener("DOMContentLoaded", prepareSheet);
})();

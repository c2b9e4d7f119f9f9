"use strict";
(() => {
  const root = document.currentScript.dataset.root;
  const menu = document.getElementById("menu");
  const wide = matchMedia("(min-width: 52.01rem)");
  const unfold = () => { menu.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();

  const query = document.getElementById("query");
  const found = document.getElementById("found");
  let index = null;
  let loading = null;

  const load = (name) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = root + name;
    script.onload = done;
    script.onerror = () => failed(new Error(name + " can't be loaded"));
    document.head.append(script);
  });

  // Pages opened as files may not fetch others, but they may run scripts beside them.
  const prepare = () => {
    loading ??= load("lunr.min.js").then(() => load("search.js")).then(() => {
      const sections = window.grokfastSections;
      index = lunr(function () {
        this.ref("number");
        this.field("title", { boost: 6 });
        this.field("heading", { boost: 10 });
        this.field("text");
        // Names such as weight-decay are found by their parts, too.
        this.tokenizer.separator = /[\s\-.,:;()[\]{}|/"'`=<>]+/;
        sections.forEach((section, number) => this.add({ number, ...section }));
      });
    });
    return loading;
  };

  const around = (text, words) => {
    const lower = text.toLowerCase();
    const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
    const start = Math.max(0, Math.min(...places, text.length) - 40);
    const from = places.length ? start : 0;
    return (from > 0 ? "… " : "") + text.slice(from, from + 150) + (text.length > from + 150 ? " …" : "");
  };

  const line = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const show = () => {
    const words = query.value.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    found.hidden = words.length === 0;
    if (words.length === 0) {
      return;
    }
    const hits = index.query((q) => words.forEach((word, place) => {
      q.term(lunr.tokenizer(word), { boost: 10 });
      q.term(word, { boost: 3, usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
    }));
    // A section with all words goes before one that has a single word often.
    const all = (hit) => words.filter((word) => {
      const section = window.grokfastSections[hit.ref];
      return (section.title + " " + section.heading + " " + section.text).toLowerCase().includes(word);
    }).length;
    hits.forEach((hit) => { hit.words = all(hit); });
    hits.sort((one, other) => other.words - one.words || other.score - one.score);
    found.replaceChildren(...hits.slice(0, 12).map((hit) => {
      const section = window.grokfastSections[hit.ref];
      const link = document.createElement("a");
      link.href = root + section.page;
      const heading = section.heading && section.heading !== section.title
        ? section.title + " › " + section.heading : section.title;
      link.append(line("b", heading), line("span", around(section.text, words)));
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    if (hits.length === 0) {
      const item = document.createElement("li");
      item.append(line("p", "Nothing found."));
      found.append(item);
    }
    found.dataset.query = query.value;
  };

  query.addEventListener("focus", prepare);
  query.addEventListener("input", () => prepare().then(show));
  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  found.addEventListener("click", () => { found.hidden = true; });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#search")) {
      found.hidden = true;
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      query.focus();
    } else if (event.key === "Escape") {
      found.hidden = true;
      query.blur();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest("#search")) {
      const links = [query, ...found.querySelectorAll("a")];
      const place = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      links[Math.min(Math.max(place, 0), links.length - 1)].focus();
      event.preventDefault();
    }
  });
})();

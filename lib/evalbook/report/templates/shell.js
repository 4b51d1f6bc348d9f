
"use strict";
// what every page of ours shares: contents, light and dark, regions that scroll, words for sorting
const shell = (() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const say = (text) => { byId("said").textContent = text; };

  // ---- contents: a drawer on a narrow window, the current place marked

  function contents() {
    const menu = byId("menu");
    const nav = byId("contents");
    const links = all("a", nav);
    const places = links.map((link) => byId(decodeURIComponent(link.hash.slice(1))));
    const open = (yes) => {
      nav.classList.toggle("open", yes);
      menu.setAttribute("aria-expanded", String(yes));
    };
    menu.hidden = false;
    nav.classList.add("folds");
    menu.addEventListener("click", () => open(!nav.classList.contains("open")));
    nav.addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !nav.classList.contains("open")) return;
      open(false);
      menu.focus();
    });
    let current = null;
    const mark = () => {
      const root = document.documentElement;
      const end = root.scrollTop + window.innerHeight >= root.scrollHeight - 2;
      const line = end ? window.innerHeight : parseFloat(getComputedStyle(root).scrollPaddingTop) + 52;
      const passed = places.filter((place) => place.getBoundingClientRect().top <= line).length;
      const link = links[Math.max(0, passed - 1)];
      if (!link || link === current) return;
      if (current) current.removeAttribute("aria-current");
      current = link;
      link.setAttribute("aria-current", "location");
      const gap = link.getBoundingClientRect().top - nav.getBoundingClientRect().top;
      if (gap < 60 || gap > nav.clientHeight - 60) nav.scrollTop += gap - nav.clientHeight / 3;
    };
    onMove(mark);
    mark();
  }

  function onMove(act) {
    let waiting = false;
    const soon = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; act(); });
    };
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon, { passive: true });
  }

  // ---- light and dark: as the system has it until the button is used; kept nowhere

  function scheme() {
    const button = byId("scheme");
    const style = byId("dark");
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    let chosen = null;
    const apply = () => {
      const dark = chosen === null ? system.matches : chosen;
      if (chosen !== null) style.media = dark ? "screen" : "not all";
      button.textContent = dark ? "浅色" : "深色";
      button.setAttribute("aria-label", dark ? "改用浅色" : "改用深色");
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      chosen = !(chosen === null ? system.matches : chosen);
      apply();
    });
    if (system.addEventListener) system.addEventListener("change", apply);
    apply();
  }

  // ---- sorting

  const collator = new Intl.Collator("zh-CN", { numeric: true });
  const WAYS = { none: 0, ascending: 1, descending: -1 };
  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
  const TOLD = { ascending: "从小到大排列", descending: "从大到小排列", none: "恢复原来的顺序" };

  // ---- a table or a chart is a tab stop only while it scrolls

  function scrolling() {
    const check = (region) => {
      const scrolls = region.scrollWidth > region.clientWidth + 1;
      if (scrolls) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    };
    const regions = all(".scroll");
    regions.forEach(check);
    if (!window.ResizeObserver) return;
    const observer = new ResizeObserver((entries) => entries.forEach((entry) => check(entry.target)));
    regions.forEach((region) => observer.observe(region));
  }

  return { byId, all, make, say, onMove, contents, scheme, scrolling, collator, WAYS, NEXT, TOLD };
})();

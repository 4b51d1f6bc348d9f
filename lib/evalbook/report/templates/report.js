(() => {
  const { byId, all, make, say, onMove, contents, scheme, scrolling, collator, WAYS, NEXT, TOLD } = shell;

  // ---- proofs: one box for all figures, by hover, focus and tap

  const LABELS = ["来源", "原文", "公式", "复算", "规则"];

  function proofs() {
    const known = new Map(Object.entries(JSON.parse(byId("proofs").textContent)));
    const box = byId("proof");
    let shown = null;
    let leaving = 0;

    const hide = () => {
      window.clearTimeout(leaving);
      if (shown) shown.removeAttribute("aria-describedby");
      shown = null;
      box.hidden = true;
    };
    const show = (value) => {
      window.clearTimeout(leaving);
      if (shown === value) return;
      hide();
      shown = value;
      fill(box, value, known.get(value.dataset.address) || []);
      box.hidden = false;
      value.setAttribute("aria-describedby", "proof");
      settle(box, value);
    };
    const leave = () => {
      window.clearTimeout(leaving);
      leaving = window.setTimeout(() => {
        if (shown && shown !== document.activeElement) hide();
      }, 250);
    };

    for (const value of all(".value")) {
      value.removeAttribute("title");
      value.setAttribute("role", "button");
      value.tabIndex = value.closest("table") ? -1 : 0;
    }
    for (const table of all("table")) keepStop(table);
    byId("hint").hidden = !document.querySelector(".value");

    document.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "mouse") return;
      const value = event.target.closest(".value");
      if (value) show(value);
      else if (event.target.closest("#proof")) window.clearTimeout(leaving);
      else if (shown) leave();
    });
    document.addEventListener("focusin", (event) => {
      if (event.target.matches(".value")) show(event.target);
    });
    document.addEventListener("focusout", (event) => {
      if (event.target === shown) hide();
    });
    document.addEventListener("click", (event) => {
      const value = valueAt(event.target);
      if (value) {
        value.focus({ preventScroll: true });
        show(value);
      } else if (!event.target.closest("#proof")) hide();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      if (!event.target.matches(".value")) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        show(event.target);
      } else if (event.target.closest("table")) walk(event);
    });
    onMove(() => { if (shown) settle(box, shown); });
  }

  function valueAt(target) {
    const value = target.closest(".value");
    if (value) return value;
    const cell = target.closest("td");
    return cell && cell.querySelector(".value");
  }

  function fill(box, value, proof) {
    const text = value.textContent;
    const computed = "computed" in value.dataset;
    const parts = [];
    if (!value.classList.contains("words")) {
      const head = make("p", "figure", text);
      if (computed || proof[1]) head.append(make("span", "tag", computed ? "复算所得" : "原文所载"));
      parts.push(head);
    }
    const list = make("dl", "");
    const add = (label, words) => {
      if (words) list.append(make("dt", "", label), make("dd", "", words));
    };
    LABELS.forEach((label, number) => add(label, proof[number] || (number ? "" : value.dataset.address)));
    const exact = value.dataset.value;
    if (exact && !text.replace(/,/g, "").includes(exact)) add("数值", exact);
    if (proof[0] && proof[0] !== value.dataset.address) add("地址", value.dataset.address);
    parts.push(list);
    box.replaceChildren(...parts);
  }

  /** Below the figure, above it where there is no room; on a narrow window along the edge. */
  function settle(box, value) {
    const at = value.getClientRects()[0];
    if (!at) return;
    const narrow = window.innerWidth < 640;
    const below = window.innerHeight - at.bottom - 8;
    const fits = below >= box.offsetHeight || below >= at.top;
    box.classList.toggle("edge", narrow);
    box.classList.toggle("top", narrow && at.bottom > window.innerHeight - box.offsetHeight - 8);
    if (narrow) {
      box.style.left = box.style.top = "";
      return;
    }
    const left = Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
    box.style.left = `${Math.max(8, left)}px`;
    box.style.top = `${fits ? at.bottom + 6 : Math.max(8, at.top - box.offsetHeight - 6)}px`;
  }

  // ---- figures of a table: one tab stop, arrow keys between them

  const seen = (element) => element.getClientRects().length > 0;

  function keepStop(table) {
    const values = all(".value", table).filter((value) => !value.closest("tr.out"));
    if (!values.length || values.some((value) => value.tabIndex === 0)) return;
    for (const value of all(".value", table)) value.tabIndex = -1;
    values[0].tabIndex = 0;
  }

  function walk(event) {
    const next = neighbour(event.target, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function neighbour(value, key) {
    const values = all(".value", value.closest("table")).filter(seen);
    const number = values.indexOf(value);
    const column = value.closest("td, th").cellIndex;
    const same = (other) => other.closest("td, th").cellIndex === column;
    switch (key) {
      case "ArrowRight": return values[number + 1] || null;
      case "ArrowLeft": return values[number - 1] || null;
      case "ArrowDown": return values.slice(number + 1).find(same) || null;
      case "ArrowUp": return values.slice(0, number).reverse().find(same) || null;
      case "Home": return values[0];
      case "End": return values[values.length - 1];
      default: return undefined;
    }
  }

  // ---- sorting: rows stay below the row they are part of, totals stay where they are

  const SIZES = { 万: 1e4, 亿: 1e8 };

  /** What a cell is sorted by; null for what was not published and so comes last. */
  function sortKey(cell) {
    const text = cell.textContent.trim();
    if (!text || text === "—" || text === "未公布") return null;
    const day = /^(?:截至)?(\d{4})(?:年|-(?=\d\d-))(?:(\d{1,2})(?:月|-))?(?:(\d{1,2})日?)?/.exec(text);
    if (day) return { unit: "日期", number: day[1] * 10000 + (day[2] || 0) * 100 + +(day[3] || 0) };
    const figure = /^[^\d-]{0,4}(-?\d[\d,]*(?:\.\d+)?)(.{0,6})$/.exec(text);
    if (!figure) return { text };
    const value = cell.querySelector("[data-value]");
    const stated = Number(figure[1].replace(/,/g, ""));
    const exact = value && value.dataset.value !== "" ? Number(value.dataset.value) : stated;
    const size = exact === stated ? SIZES[figure[2][0]] || 1 : 1;
    return { unit: figure[2].replace(/^[万亿]/, ""), number: exact * size };
  }

  function compare(one, other, way) {
    if (one === null || other === null) return (one === null) - (other === null);
    if ("text" in one || "text" in other) {
      if ("text" in one && "text" in other) return way * collator.compare(one.text, other.text);
      return ("text" in one) - ("text" in other);
    }
    return collator.compare(one.unit, other.unit) || way * (one.number - other.number);
  }

  function tree(rows) {
    const top = { level: -1, below: [] };
    const path = [top];
    for (const row of rows) {
      const node = { row, level: Number(row.dataset.level || 0), below: [] };
      while (path[path.length - 1].level >= node.level) path.pop();
      path[path.length - 1].below.push(node);
      path.push(node);
    }
    return top.below;
  }

  function inOrder(nodes, column, way) {
    const ordered = [];
    let stretch = [];
    const flush = () => {
      const keyed = stretch.map((node) => [sortKey(node.row.cells[column]), node]);
      keyed.sort((one, other) => compare(one[0], other[0], way));
      for (const [, node] of keyed) ordered.push(node.row, ...inOrder(node.below, column, way));
      stretch = [];
    };
    for (const node of nodes) {
      if (!node.row.matches(".total")) { stretch.push(node); continue; }
      flush();
      ordered.push(node.row, ...inOrder(node.below, column, way));
    }
    flush();
    return ordered;
  }

  function sorting(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const nodes = tree(original);
    const heads = [...table.tHead.rows[0].cells];
    let now = original;
    const put = (rows) => body.append(...rows);
    heads.forEach((head, column) => {
      if (head.tagName !== "TH") return;
      const button = make("button", "sort");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = NEXT[head.getAttribute("aria-sort") || "none"];
        for (const each of heads) each.removeAttribute("aria-sort");
        if (next !== "none") head.setAttribute("aria-sort", next);
        now = next === "none" ? original : inOrder(nodes, column, WAYS[next]);
        put(now);
        say(`${button.textContent}：${TOLD[next]}`);
      });
    });
    window.addEventListener("beforeprint", () => put(original));
    window.addEventListener("afterprint", () => put(now));
  }

  // ---- filtering: rows that hold all words, with the rows they are part of

  function filtering(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const label = make("label", "", "筛选");
    const input = make("input", "");
    const count = make("span", "count");
    const tools = make("div", "tools");
    input.type = "search";
    input.autocomplete = "off";
    label.append(input);
    count.setAttribute("role", "status");
    tools.append(label, count);
    table.querySelector(".caption .title").after(tools);
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kept = texts.map((text) => words.every((word) => text.includes(word)));
      const shown = new Set(rows.filter((_, number) => kept[number]));
      const mark = (node) => {
        const below = node.below.map(mark).some(Boolean);
        const keep = below || shown.has(node.row);
        node.row.classList.toggle("out", !keep);
        return keep;
      };
      tree(rows).forEach(mark);
      count.textContent = shown.size ? `${shown.size} / ${rows.length} 行` : `没有符合的行，共 ${rows.length} 行`;
      for (const value of all("tr.out .value", table)) value.tabIndex = -1;
      keepStop(table);
    };
    input.addEventListener("input", apply);
    apply();
  }

  contents();
  scheme();
  all("table[data-sort]").forEach(sorting);
  all("table[data-filter]").forEach(filtering);
  proofs();
  scrolling();
})();

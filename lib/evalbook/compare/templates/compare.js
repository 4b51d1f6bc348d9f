(() => {
  const { byId, all, make, say, contents, scheme, scrolling, collator, WAYS, NEXT, TOLD } = shell;
  const data = JSON.parse(byId("data").textContent);
  const F = Object.fromEntries(data.fields.map((name, number) => [name, number]));
  const cases = data.cases;
  const PAGE = 50;
  const NONE = "未公布";
  const none = (text) => text === null || text === undefined || text === "";
  const group = (number) => number.toLocaleString("zh-CN");

  // ---- filters: one choice for all tables; names of filters are those of the fields

  const FILTERS = [
    ["region", "地区"], ["year", "年度"], ["kind", "类型"], ["stance", "评价主体"],
    ["publishedGrade", "公布等级"], ["rules", "评分规则"], ["league", "排名组"],
  ];
  const chosen = {};
  let words = [];
  let kept = new Set();
  const watchers = [];
  const texts = cases.map((row) => [row[F.title], row[F.department], row[F.unit], row[F.case], row[F.region]].join(" ").toLowerCase());
  const shownOf = (name, value) => {
    if (name === "league") return data.leagues[value].short;
    if (none(value)) return NONE;
    return (data.words[name] || {})[value] || value;
  };

  function filters() {
    const form = byId("filters");
    for (const [name, label] of FILTERS) {
      const select = make("select", "");
      select.id = `f-${name}`;
      select.append(new Option("全部", ""));
      const values = [...new Set(cases.map((row) => row[F[name]]))];
      if (name === "league") values.sort((a, b) => a - b);
      else values.sort((a, b) => none(a) - none(b) || collator.compare(shownOf(name, a), shownOf(name, b)));
      values.forEach((value, number) => select.append(new Option(shownOf(name, value), String(number + 1))));
      select.addEventListener("change", () => {
        if (select.value) chosen[name] = values[Number(select.value) - 1];
        else delete chosen[name];
        apply();
      });
      const wrap = make("label", "", label);
      wrap.append(select);
      form.append(wrap);
    }
    const input = make("input", "");
    input.type = "search";
    input.id = "f-words";
    input.autocomplete = "off";
    input.addEventListener("input", () => {
      words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      apply();
    });
    const wrap = make("label", "", "名称");
    wrap.append(input);
    const reset = make("button", "plain", "清除");
    reset.type = "button";
    reset.addEventListener("click", () => {
      form.reset();
      for (const name of Object.keys(chosen)) delete chosen[name];
      words = [];
      apply();
    });
    const count = make("span", "count");
    count.id = "f-count";
    form.append(wrap, reset, count);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  }

  function apply() {
    const asked = Object.entries(chosen).map(([name, value]) => [F[name], value]);
    kept = new Set();
    cases.forEach((row, number) => {
      if (asked.every(([at, value]) => row[at] === value) && words.every((word) => texts[number].includes(word))) kept.add(number);
    });
    const text = `${group(kept.size)} / ${group(cases.length)} 个评价项目`;
    byId("f-count").textContent = text;
    say(`筛选出 ${text}`);
    for (const watch of watchers) watch();
  }

  // ---- a table of many rows: sorted, filtered, a page at a time

  const cellOf = (column, row) => {
    const cell = document.createElement(column.head ? "th" : "td");
    if (column.head) cell.scope = "row";
    cell.className = column.className || "";
    const value = column.cell(row);
    if (value instanceof Node) cell.append(value);
    else if (none(value)) {
      cell.textContent = column.blank === undefined ? NONE : column.blank;
      cell.classList.add("none");
    } else cell.textContent = value;
    return cell;
  };

  function sortValue(column, row) {
    const value = column.key ? column.key(row) : column.cell(row);
    if (none(value)) return null;
    return column.number ? Number(value) : String(value);
  }

  /** Rows of one group stay together, so that no order runs across groups that must not be compared. */
  function ordered(rows, column, way, groupOf) {
    const keyed = rows.map((row, number) => [sortValue(column, row), number, row]);
    keyed.sort((a, b) => {
      const apart = groupOf ? groupOf(a[2]) - groupOf(b[2]) : 0;
      if (apart) return apart;
      if (a[0] === null || b[0] === null) return (a[0] === null) - (b[0] === null) || a[1] - b[1];
      const gap = column.number ? a[0] - b[0] : collator.compare(a[0], b[0]);
      return way * gap || a[1] - b[1];
    });
    return keyed.map((each) => each[2]);
  }

  function listing({ place, title, columns, rows, shown, groupOf, groupName, more, empty }) {
    const box = make("div", "listing");
    const scroll = make("div", "scroll");
    const table = document.createElement("table");
    const caption = make("caption", "", title);
    caption.id = `${place}-${byId(place).childElementCount}-t`;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-labelledby", caption.id);
    const head = document.createElement("thead");
    const line = document.createElement("tr");
    const body = document.createElement("tbody");
    head.append(line);
    table.append(caption, head, body);
    scroll.append(table);
    const pager = make("div", "pager");
    const [back, next] = ["上一页", "下一页"].map((label) => {
      const button = make("button", "plain", label);
      button.type = "button";
      button.setAttribute("aria-label", `${title}：${label}`);
      return button;
    });
    const where = make("span", "count");
    pager.append(back, next, where);
    box.append(scroll, pager);
    byId(place).append(box);

    let at = 0;
    let sorting = null;
    let now = [];
    const heads = columns.map((column) => {
      const cell = make("th", "");
      cell.scope = "col";
      const button = make("button", "sort", column.name);
      button.type = "button";
      button.addEventListener("click", () => {
        const way = NEXT[cell.getAttribute("aria-sort") || "none"];
        for (const each of heads) each.removeAttribute("aria-sort");
        if (way !== "none") cell.setAttribute("aria-sort", way);
        sorting = way === "none" ? null : [column, WAYS[way]];
        refresh();
        say(`${column.name}：${TOLD[way]}`);
      });
      cell.append(button);
      line.append(cell);
      return cell;
    });

    function refresh() {
      now = rows().filter(shown);
      if (sorting) now = ordered(now, sorting[0], sorting[1], groupOf);
      at = 0;
      draw();
    }

    function draw() {
      const lines = [];
      let before = null;
      for (const row of now.slice(at, at + PAGE)) {
        if (groupOf && groupOf(row) !== before) {
          before = groupOf(row);
          const header = make("tr", "group");
          const cell = make("td", "");
          cell.append(make("span", "label", groupName(row)));
          cell.colSpan = columns.length;
          header.append(cell);
          lines.push(header);
        }
        const tr = document.createElement("tr");
        tr.append(...columns.map((column) => cellOf(column, row)));
        lines.push(tr);
        const opener = more && tr.querySelector(".open");
        if (opener) opener.addEventListener("click", () => unfold(opener, tr, row));
      }
      if (!lines.length) {
        const tr = document.createElement("tr");
        const cell = make("td", "none", empty || "没有符合的行");
        cell.colSpan = columns.length;
        tr.append(cell);
        lines.push(tr);
      }
      body.replaceChildren(...lines);
      const last = Math.min(at + PAGE, now.length);
      where.textContent = now.length ? `第 ${group(at + 1)}–${group(last)} 行，共 ${group(now.length)} 行` : "";
      back.setAttribute("aria-disabled", String(at === 0));
      next.setAttribute("aria-disabled", String(last >= now.length));
      pager.hidden = now.length <= PAGE;
    }

    function unfold(opener, tr, row) {
      const open = opener.getAttribute("aria-expanded") !== "true";
      opener.setAttribute("aria-expanded", String(open));
      if (!open) { tr.nextElementSibling.remove(); return; }
      const below = make("tr", "more");
      const cell = document.createElement("td");
      cell.colSpan = columns.length;
      cell.append(more(row));
      below.append(cell);
      tr.after(below);
    }

    const turn = (by) => {
      if (at + by < 0 || at + by >= now.length) return;
      at += by;
      draw();
      scroll.scrollTop = 0;
      say(`${title}：${where.textContent}`);
    };
    back.addEventListener("click", () => turn(-PAGE));
    next.addEventListener("click", () => turn(PAGE));
    watchers.push(refresh);
  }

  // ---- columns

  const named = (number) => {
    const row = cases[number];
    const part = document.createDocumentFragment();
    part.append(row[F.department]);
    const period = row[F.period] + (row[F.remark] ? `，${row[F.remark]}` : "");
    const sub = [row[F.unit] === row[F.department] ? "" : row[F.unit], row[F.region], shownOf("kind", row[F.kind]), period, row[F.case]];
    part.append(make("span", "sub", sub.filter((text) => !none(text)).join(" · ")));
    return part;
  };
  const who = (numberOf) => ({
    name: "评价项目", head: true, cell: (row) => named(numberOf(row)),
    key: (row) => `${cases[numberOf(row)][F.department]} ${cases[numberOf(row)][F.period]}`,
  });
  const figure = (name, cell, blank) => ({ name, cell, className: "right", number: true, blank });
  const text = (name, cell, className = "text") => ({ name, cell, className });
  const field = (name, label, blank) => figure(label, (number) => cases[number][F[name]], blank);
  const placed = (name, label) => ({
    ...figure(label, (number) => cases[number][F[name]] && cases[number][F[name]].join(" / "), "不排"),
    key: (number) => cases[number][F[name]] && cases[number][F[name]][0],
  });
  const signed = (name, value, why) => figure(name, (row) => {
    if (none(value(row))) return null;
    const cell = make("span", value(row).startsWith("-") ? "minus" : "", value(row).startsWith("-") || Number(value(row)) === 0 ? value(row) : `+${value(row)}`);
    cell.textContent = cell.textContent.replace("-", "−");
    return cell;
  }, why);

  const everyCase = () => cases.map((_, number) => number);
  const leagueOf = (number) => cases[number][F.league];

  function ranking() {
    const order = everyCase().sort((a, b) => leagueOf(a) - leagueOf(b) || collator.compare(cases[a][F.period], cases[b][F.period])
      || (cases[a][F.publishedRank] || [Infinity])[0] - (cases[b][F.publishedRank] || [Infinity])[0] || a - b);
    const measures = data.measures.slice(2).map(([id, name]) => field(id, name.replace("得分率", "")));
    listing({
      place: "rank-here", title: "各排名组的得分与名次", rows: () => order, shown: (number) => kept.has(number),
      groupOf: leagueOf, groupName: (number) => data.leagues[leagueOf(number)].label,
      columns: [
        who((number) => number), placed("publishedRank", "公布名次"), field("publishedTotal", "公布得分"), field("published", "公布得分率"),
        text("公布等级", (number) => cases[number][F.publishedGrade], ""), placed("computedRank", "复算名次"), field("computedTotal", "复算得分"),
        field("computed", "复算得分率"), text("复算等级", (number) => cases[number][F.computedGrade], ""), ...measures, field("errors", "核查错误"),
      ],
    });
    if (!data.across) return;
    const across = everyCase().filter((number) => cases[number][F.combinedRank])
      .sort((a, b) => collator.compare(cases[a][F.period], cases[b][F.period]) || cases[a][F.combinedRank][0] - cases[b][F.combinedRank][0] || a - b);
    listing({
      place: "across-here", title: "跨评分规则的合并名次", rows: () => across, shown: (number) => kept.has(number),
      columns: [
        who((number) => number), placed("combinedRank", "合并名次"), text("期间", (number) => cases[number][F.period], ""), field("published", "公布得分率"),
        text("排名组", (number) => data.leagues[leagueOf(number)].short, "long"),
      ],
    });
  }

  function spreads() {
    const rows = [];
    data.leagues.forEach((league, number) => {
      for (const [id, name] of data.measures) if (league.spreads[id]) rows.push([number, name, league.spreads[id]]);
    });
    const at = (place, name) => figure(name, (row) => row[2][place]);
    listing({
      place: "spread-here", title: "各排名组的分布（百分数）", rows: () => rows, shown: (row) => leagues().includes(row[0]),
      groupOf: (row) => row[0], groupName: (row) => data.leagues[row[0]].label,
      columns: [text("事项", (row) => row[1]), at(0, "个数"), at(1, "最低"), at(2, "下四分位"), at(3, "中位数"), at(4, "上四分位"), at(5, "最高")],
    });
  }

  function sides() {
    const rows = data.sides;
    const median = (id, name) => figure(name, (row) => row[4][id] && row[4][id][3]);
    listing({
      place: "side-here", title: "按地区、年度和类型", rows: () => rows, shown: (row) => leagues().includes(row[0]),
      groupOf: (row) => row[0], groupName: (row) => data.leagues[row[0]].label,
      columns: [
        text("分组", (row) => data.words.by[row[1]]), text("名称", (row) => shownOf(row[1], row[2])), figure("个数", (row) => String(row[3])),
        figure("有公布得分", (row) => String((row[4].published || [0])[0])), figure("最低公布得分率", (row) => row[4].published && row[4].published[1]),
        median("published", "公布得分率中位数"), figure("最高公布得分率", (row) => row[4].published && row[4].published[5]),
        median("execution", "执行率中位数"), median("satisfaction", "满意度中位数"),
      ],
    });
  }

  function outliers() {
    listing({
      place: "outlier-here", title: "离群值", rows: () => data.beyond, shown: (row) => kept.has(row[0]), empty: "没有离群值",
      columns: [
        who((row) => row[0]), text("事项", (row) => data.names[row[1]]), figure("值", (row) => row[2]), text("在哪边", (row) => (row[4] ? "偏高" : "偏低"), ""),
        figure("界线", (row) => row[3]), figure("本组中位数", (row) => row[5]), figure("本组个数", (row) => row[6]),
        text("排名组", (row) => data.leagues[leagueOf(row[0])].short, "long"),
      ],
    });
  }

  function common() {
    const within = (row) => new Set(row[2].flatMap((member) => member[2]).filter((number) => kept.has(number))
      .map((number) => JSON.stringify([cases[number][F.department], cases[number][F.region]]))).size;
    listing({
      place: "common-here", title: "多个部门的同类问题", rows: () => data.common, shown: (row) => within(row) > 0, empty: "没有在多个部门出现的问题",
      more: (row) => {
        const list = document.createElement("ul");
        for (const [title, alike, numbers] of row[2]) {
          const item = make("li", "", `${title}（与首个标题的相似度 ${alike}%，${group(numbers.length)} 个项目）：`);
          const shown = numbers.filter((number) => kept.has(number));
          const some = shown.slice(0, 10).map((number) => `${cases[number][F.department]}（${cases[number][F.period]}）`);
          item.append(some.join("、") + (shown.length > some.length ? ` 等 ${group(shown.length)} 个` : ""));
          list.append(item);
        }
        return list;
      },
      columns: [
        {
          name: "问题", head: true, key: (row) => row[0],
          cell: (row) => {
            const button = make("button", "open", row[0]);
            button.type = "button";
            button.setAttribute("aria-expanded", "false");
            return button;
          },
        },
        figure("部门", (row) => String(row[1])), figure("其中筛选出", (row) => String(within(row))), figure("评价项目", (row) => String(row[3])),
        figure("不同标题", (row) => String(row[2].length)), figure("最低相似度 %", (row) => row[2].map((member) => Number(member[1])).reduce((a, b) => Math.min(a, b)).toFixed(2)),
      ],
    });
  }

  function changes() {
    const at = (place) => (row) => row[place];
    listing({
      place: "change-here", title: "同一部门与上年相比", rows: () => data.changes, shown: (row) => kept.has(row[1]), empty: "没有相邻两年的评价",
      columns: [
        who((row) => row[1]), text("上年", (row) => cases[row[0]][F.period], ""), text("单位", at(2), ""), signed("公布得分变化", at(3)),
        signed("其中：数据", at(7), "不能分开"), signed("评分规则", at(5), "不能分开"), signed("分值", at(6), "不能分开"), signed("不能分开的", at(8), "不适用"),
        signed("公布与复算之差", at(9), "不适用"), signed("复算得分变化", at(4)), { ...text("说明", at(10), "long"), blank: "" },
      ],
    });
  }

  function remarks() {
    listing({
      place: "left-here", title: "没有列入的，和结果可能过时的", rows: () => data.remarks, shown: () => true, empty: "没有",
      columns: [{ name: "评价项目", head: true, cell: (row) => row[0] }, text("情况", (row) => row[1], "long")],
    });
  }

  // ---- charts: of what is filtered

  const leagues = () => [...new Set([...kept].map(leagueOf))].sort((a, b) => a - b);
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 960;
  function draw(name, attributes, parent, content) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (content !== undefined) element.textContent = content;
    if (parent) parent.append(element);
    return element;
  }
  const shortened = (words, most) => ([...words].length > most ? `${[...words].slice(0, most - 1).join("")}…` : words);

  function plot(place, before = false) {
    const figureBox = make("figure", "plot scroll");
    figureBox.setAttribute("role", "group");
    const caption = make("figcaption", "");
    caption.id = `${place}-c`;
    figureBox.setAttribute("aria-labelledby", caption.id);
    const svg = draw("svg", { role: "img", "aria-labelledby": caption.id }, figureBox);
    figureBox.append(caption);
    byId(place)[before ? "prepend" : "append"](figureBox);
    return { svg, caption };
  }

  const MOST = 12;
  function grades() {
    const { svg, caption } = plot("grade-here");
    const order = data.grades;
    const rows = (number) => {
      const members = [...kept].filter((each) => leagueOf(each) === number);
      return ["publishedGrade", "computedGrade"].map((name) => {
        const count = new Map();
        for (const each of members) {
          const grade = cases[each][F[name]];
          count.set(none(grade) ? NONE : grade, (count.get(none(grade) ? NONE : grade) || 0) + 1);
        }
        return [...order, NONE].map((grade) => [grade, count.get(grade) || 0]);
      });
    };
    watchers.push(() => {
      svg.replaceChildren();
      const shown = leagues();
      const drawn = shown.slice(0, MOST);
      const left = 370;
      [...order, NONE].forEach((grade, place) => {
        const x = left + (place % 7) * 90;
        draw("rect", { x, y: 4, width: 13, height: 13, class: grade === NONE ? "none" : `g${Math.min(place, 5)}` }, svg);
        draw("text", { x: x + 18, y: 15, class: "soft" }, svg, shortened(grade, 5));
      });
      let y = 30;
      for (const number of drawn) {
        const [first, ...rest] = data.leagues[number].short.split(" · ");
        draw("text", { x: 0, y: y + 13 }, svg, shortened(first, 22));
        draw("text", { x: 18, y: y + 32, class: "soft" }, svg, shortened(rest.join(" · "), 24));
        rows(number).forEach((counts, side) => {
          draw("text", { x: left - 44, y: y + 13, class: "soft" }, svg, side ? "复算" : "公布");
          const total = counts.reduce((sum, each) => sum + each[1], 0);
          let x = left;
          counts.forEach(([grade, count], place) => {
            if (!count) return;
            const width = (WIDTH - left - 4) * count / total;
            draw("rect", { x, y, width, height: 17, class: `part ${grade === NONE ? "none" : `g${Math.min(place, 5)}`}` }, svg);
            if (width > 26) draw("text", { x: x + width / 2, y: y + 13, "text-anchor": "middle", class: grade === NONE ? "soft" : `in${[2, 1, 4].includes(place) ? " dark" : ""}` }, svg, String(count));
            x += width;
          });
          y += 20;
        });
        y += 10;
      }
      svg.setAttribute("viewBox", `0 0 ${WIDTH} ${y + 4}`);
      const rest = shown.length - drawn.length;
      caption.textContent = `各排名组的等级分布，上为公布的等级，下为复算的等级；数为评价项目数${rest > 0 ? `（画出项目最多的 ${MOST} 组，另有 ${rest} 组见下表）` : ""}`;
    });
    const all = [...order, NONE];
    const lines = () => leagues().flatMap((number) => rows(number).map((counts, side) => [number, side, new Map(counts)]));
    listing({
      place: "grade-here", title: "等级分布", rows: lines, shown: () => true,
      groupOf: (row) => row[0], groupName: (row) => data.leagues[row[0]].label,
      columns: [text("等级的来源", (row) => (row[1] ? "复算" : "公布")), ...all.map((grade) => figure(grade, (row) => String(row[2].get(grade))))],
    });
  }

  function boxes() {
    const { svg, caption } = plot("spread-here");
    watchers.push(() => {
      svg.replaceChildren();
      const number = leagues()[0];
      if (number === undefined) { caption.textContent = "没有符合的评价项目"; return; }
      const league = data.leagues[number];
      const known = data.measures.filter(([id]) => league.spreads[id]);
      const values = known.flatMap(([id]) => [Number(league.spreads[id][1]), Number(league.spreads[id][5])]);
      const low = Math.max(0, Math.floor(Math.min(100, ...values) / 10) * 10);
      const high = Math.max(100, Math.ceil(Math.max(...values) / 10) * 10);
      const [left, right] = [130, WIDTH - 150];
      const x = (value) => left + (right - left) * (Number(value) - low) / (high - low);
      const bottom = 14 + known.length * 32;
      for (let tick = low; tick <= high; tick += Math.max(10, Math.ceil((high - low) / 100) * 10)) {
        draw("line", { x1: x(tick), x2: x(tick), y1: 6, y2: bottom, class: "axis" }, svg);
        draw("text", { x: x(tick), y: bottom + 16, "text-anchor": "middle", class: "soft" }, svg, `${tick}%`);
      }
      known.forEach(([id, name], place) => {
        const [count, least, lower, median, upper, greatest] = league.spreads[id];
        const y = 24 + place * 32;
        draw("text", { x: 0, y: y + 5 }, svg, name);
        draw("line", { x1: x(least), x2: x(greatest), y1: y, y2: y, class: "whisker" }, svg);
        draw("rect", { x: x(lower), y: y - 9, width: Math.max(1, x(upper) - x(lower)), height: 18, class: "box" }, svg);
        draw("line", { x1: x(median), x2: x(median), y1: y - 10, y2: y + 10, class: "middle" }, svg);
        draw("text", { x: right + 12, y: y + 5, class: "soft" }, svg, `中位数 ${median}（${count} 个）`);
      });
      svg.setAttribute("viewBox", `0 0 ${WIDTH} ${bottom + 24}`);
      caption.textContent = `${league.short}（${league.count} 个）：线为最低至最高，框为中间一半，粗线为中位数。选“排名组”看别的组；分布按全组计算，不随其他筛选改变。`;
    });
  }

  contents();
  scheme();
  filters();
  ranking();
  grades();
  boxes();
  spreads();
  sides();
  outliers();
  common();
  changes();
  remarks();
  apply();
  scrolling();
})();

"""The scenario explorer in a browser: `python -m benchmarks.explorer [--moves N]`.

A page with four scenarios and 2,000 draws, opened from a file in headless Chromium without a network. Measured are the
time until the first picture, and every move of a lever in three ways: until the script has made all numbers and
pictures and the browser has laid them out (`drawn`); until the frame after that is on its way (`shown`, which waits for
the rhythm of a screen of 60 pictures a second); and the seconds of processor that the page took (`processor`), which
say the same on a busy machine as on an idle one. Levers of every kind take turns. The draws are those of the
sampler-free first answer.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzorg.appraisal.scenarios import Bench
from werkzorg.explorer.content import Source, make_content
from werkzorg.explorer.disclosure import MOST_DRAWS
from werkzorg.explorer.page import MOST_BYTES, make_page
from werkzorg.inference.fit import first_answer
from werkzorg.params.pilots import load_pilot
from werkzorg.params.scenarios import load_variants
from werkzorg.run.explore import USUAL

SCENARIOS = ("coach-own", "scale-national", "evidence-sceptical")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WANTED, MOST = 16.0, 50.0
"""Milliseconds from lever to picture: what is aimed at, and the most that is allowed."""

LEVERS = ("jobcoach", "ggz", "causal", "lks", "rate", "years", "clients", "kept_municipality")

START = """
() => {
  const explorer = document.getElementById('werkzorg-explorer').werkzorg.explorer;
  explorer.chosen = explorer.content.scenarios.slice(0, 4).map((scenario) => scenario.id);
  explorer.build();
}
"""

MOVE = """
async ([moves, levers]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const drawn = [], shown = [];
  for (let n = 0; n < moves; n++) {
    const input = document.querySelector(`[data-lever=${levers[n % levers.length]}]`);
    await frame();
    await frame();
    const begin = performance.now();
    input.value = Number(input.min) + (Number(input.max) - Number(input.min)) * ((n * 0.37) % 1);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    drawn.push(performance.now() - begin);
    await frame();
    await new Promise((done) => {
      const wire = new MessageChannel();
      wire.port1.onmessage = done;
      wire.port2.postMessage(0);
    });
    shown.push(performance.now() - begin);
  }
  return [drawn, shown];
}
"""


@dataclass(frozen=True)
class Measured:
    """Milliseconds: until the first picture, and of every move; of the processor one mean over all moves."""

    ready: float
    drawn: list[float]
    shown: list[float]
    processor: dict[str, float]


def make_file(folder: Path, scenarios: Sequence[str]) -> Path:
    """The page with some scenarios beside the pilot as it is."""
    bench = Bench(load_pilot("drechtsteden"), first_answer)
    parts = [bench.parts(variant) for variant in load_variants("drechtsteden", scenarios)]
    source = Source(bench, parts, None, MOST_DRAWS, coarse=False)
    path = folder / f"page-{len(parts)}.html"
    path.write_text(make_page(make_content(source, ("nl", "en"), MOST_DRAWS)), encoding="utf8")
    return path


def measure(path: Path, moves: int) -> Measured:
    """Open the page and move its levers."""
    from playwright.sync_api import sync_playwright

    browser_path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
        begin = time.perf_counter()
        page.goto(path.as_uri())
        page.evaluate("document.getElementById('werkzorg-explorer').ready")
        ready = 1000 * (time.perf_counter() - begin)
        page.evaluate(START)
        page.evaluate(MOVE, [len(LEVERS) * 3, LEVERS])
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = processor_of(session)
        drawn, shown = page.evaluate(MOVE, [moves, LEVERS])
        after = processor_of(session)
        browser.close()
    return Measured(ready, drawn, shown, {name: 1000 * (after[name] - before[name]) / moves for name in before})


def processor_of(session: Any) -> dict[str, float]:
    """Seconds of processor that the main thread of the page took so far."""
    found = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    return {"script": found["ScriptDuration"], "all": found["TaskDuration"]}


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit code 1 when the page is too large, or the median move takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer", description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=80, help="moves of a lever that are timed")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = make_file(Path(folder), SCENARIOS)
        size = path.stat().st_size
        largest = make_file(Path(folder), USUAL).stat().st_size
        made = measure(path, chosen.moves)
    quick, *_, late = statistics.quantiles(made.drawn, n=20)
    middle = statistics.median(made.drawn)
    print("| what | value | aim |\n|:--|--:|--:|")
    print(f"| file with all usual scenarios, MB | {largest / 1e6:.2f} | {MOST_BYTES / 1e6:.0f} |")
    print(f"| file, MB | {size / 1e6:.2f} | {MOST_BYTES / 1e6:.0f} |")
    print(f"| first picture, ms | {made.ready:.0f} | |")
    print(f"| lever to picture, drawn, median, ms | {middle:.1f} | {WANTED:.0f}, at most {MOST:.0f} |")
    print(f"| lever to picture, drawn, 5th percentile, ms | {quick:.1f} | |")
    print(f"| lever to picture, drawn, 95th percentile, ms | {late:.1f} | |")
    print(f"| lever to picture, shown at 60 a second, median, ms | {statistics.median(made.shown):.1f} | |")
    print(f"| lever to picture, shown, 95th percentile, ms | {statistics.quantiles(made.shown, n=20)[-1]:.1f} | |")
    print(f"| processor per move: script, ms | {made.processor['script']:.1f} | |")
    print(f"| processor per move: script, layout and painting, ms | {made.processor['all']:.1f} | |")
    print(f"| share of the most that is allowed | {middle / MOST:.0%} | |")
    return int(max(size, largest) >= MOST_BYTES or middle > MOST)


if __name__ == "__main__":
    sys.exit(main())

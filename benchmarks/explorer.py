"""The scenario explorer in a browser: `python -m benchmarks.explorer [--moves N]`.

A page with four scenarios and 2,000 draws, opened from a file in headless Chromium without a network. Measured: the
time until the first picture, and from a move of a lever to the redrawn picture (the frame after the one in which all
numbers and pictures were made), with the arithmetic apart. The draws are those of the sampler-free first answer.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from werkzorg.appraisal.scenarios import Bench
from werkzorg.explorer.content import Source, make_content
from werkzorg.explorer.disclosure import MOST_DRAWS
from werkzorg.explorer.page import MOST_BYTES, make_page
from werkzorg.inference.fit import first_answer
from werkzorg.params.pilots import load_pilot
from werkzorg.params.scenarios import load_variants

SCENARIOS = ("coach-own", "scale-national", "evidence-sceptical")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WANTED, MOST = 16.0, 50.0
"""Milliseconds from lever to picture: what is aimed at, and the most that is allowed."""

MOVE = """
async (moves) => {
  const explorer = document.getElementById('werkzorg-explorer').werkzorg.explorer;
  explorer.chosen = explorer.content.scenarios.slice(0, 4).map((scenario) => scenario.id);
  explorer.build();
  const levers = ['jobcoach', 'ggz', 'causal', 'lks', 'rate', 'years', 'clients', 'kept_municipality'];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const times = [], sums = [];
  for (let n = 0; n < moves; n++) {
    const input = document.querySelector(`[data-lever=${levers[n % levers.length]}]`);
    await frame();
    const begin = performance.now();
    const value = Number(input.min) + (Number(input.max) - Number(input.min)) * ((n * 0.37) % 1);
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await frame();
    await new Promise((done) => {
      const wire = new MessageChannel();
      wire.port1.onmessage = done;
      wire.port2.postMessage(0);
    });
    times.push(performance.now() - begin);
    const before = performance.now();
    explorer.results();
    sums.push(performance.now() - before);
  }
  return [times, sums];
}
"""


def make_file(folder: Path) -> Path:
    """The page that is measured."""
    pilot = load_pilot("drechtsteden")
    bench = Bench(pilot, first_answer)
    parts = [bench.parts(variant) for variant in load_variants("drechtsteden", SCENARIOS)]
    source = Source(bench, parts, None, MOST_DRAWS, coarse=False)
    path = folder / "page.html"
    path.write_text(make_page(make_content(source, ("nl",), MOST_DRAWS)), encoding="utf8")
    return path


def measure(path: Path, moves: int) -> tuple[float, list[float], list[float]]:
    """Milliseconds until the first picture, of every move, and of the arithmetic of every move."""
    from playwright.sync_api import sync_playwright

    browser_path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
        begin = time.perf_counter()
        page.goto(path.as_uri())
        page.evaluate("document.getElementById('werkzorg-explorer').ready")
        ready = 1000 * (time.perf_counter() - begin)
        page.evaluate(MOVE, 20)
        times, sums = page.evaluate(MOVE, moves)
        browser.close()
    return ready, times, sums


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit code 1 when the page is too large, or the median move takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer", description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=80, help="moves of a lever that are timed")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = make_file(Path(folder))
        size = path.stat().st_size
        ready, times, sums = measure(path, chosen.moves)
    middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print("| what | value | aim |\n|:--|--:|--:|")
    print(f"| file, MB | {size / 1e6:.2f} | {MOST_BYTES / 1e6:.0f} |")
    print(f"| first picture, ms | {ready:.0f} | |")
    print(f"| lever to picture, median, ms | {middle:.0f} | {WANTED:.0f}, at most {MOST:.0f} |")
    print(f"| lever to picture, 95th percentile, ms | {late:.0f} | |")
    print(f"| of which arithmetic, median, ms | {statistics.median(sums):.0f} | |")
    return int(size >= MOST_BYTES or middle > MOST)


if __name__ == "__main__":
    sys.exit(main())

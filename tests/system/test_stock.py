"""Stock: moves, what is used and lasts, requests, orders, cards, and the paper that printers take."""

import json
import os
import sqlite3
import subprocess
import unittest

from datetime import timedelta

from hall import HALLCTL, LAYOUT, WAIT_S
from test_clock import TimedWorld
from test_spine import DEVICES, LAYOUT as SPINE, printers

ONE_DEVICE = {**LAYOUT, "devices": [{"id": "voice", "driver": "syn6288"}]}
TODAY = "2026-09-01"
ROLL = {"code": "P80", "name": "热敏纸", "unit": "卷", "pack": 10, "safety": 2, "lead_days": 5, "cost": 350}


class Stock(unittest.TestCase):
    layout, devices = ONE_DEVICE, ("voice=voice",)

    def setUp(self):
        self.world = TimedWorld(self.layout, self.devices)
        self.addCleanup(self.world.stop)
        self.hall, self.go = self.world.hall, self.world.go
        self.go(seconds=1)

    def ask(self, method, path, body=None, status=200, **more):
        answer = self.hall.ask(method, path, body, local="token" not in more, **more)
        self.assertEqual(answer.status, status, "%s %s: %r" % (method, path, answer))
        return answer.json

    def item(self, **more):
        return self.ask("POST", "stock", {**ROLL, **more}, 201)["id"]

    def move(self, kind, quantity, item=1, **more):
        return self.ask("POST", "moves", {"item": item, "kind": kind, "quantity": quantity, **more}, 201)

    def stock(self, item=1):
        return self.ask("GET", "stock/%d" % item)

    def batches(self, item=1):
        """Place, what is left, cost of one: as they are taken from."""
        rows = [b for b in self.ask("GET", "batches")["batches"] if b["item"] == item]
        return [(b.get("place", ""), b["left"], b["cost"]) for b in sorted(rows, key=lambda b: (b["day"], b["id"]))]

    def moves(self, after=0):
        return [(m["kind"], m["quantity"], m["difference"], m.get("place", "")) for m in self.ask("GET", "moves")["moves"] if m["id"] > after]

    def cards(self, kind="stock"):
        return [c["about"] for c in self.ask("GET", "cards?state=lit&kind=" + kind)["cards"]]

    def next_day(self):
        """Somebody takes a ticket, so that there is a day to be closed."""
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.go(days=1)

    def rows(self, name, **query):
        body = self.ask("GET", "reports/%s?%s" % (name, "&".join("%s=%s" % pair for pair in query.items())))
        return [dict(zip([column["name"] for column in body["columns"]], row)) for row in body["rows"]]


class Moves(Stock):
    def test_first_in_first_out(self):
        """By the day, at a place or wherever they are; each batch with a move and its own cost."""
        self.item()
        self.move("in", 5, place="库房", cost=300)
        self.go(days=1)
        self.move("in", 4, place="柜台", cost=400)
        self.go(days=1)
        self.move("in", 6, place="库房")
        rows = [
            # what, kind, quantity, place, the moves it makes, what is left
            ("of the oldest", "out", 3, None, [("out", 3, -3, "库房")], [("库房", 2, 300), ("柜台", 4, 400), ("库房", 6, 350)]),
            ("of two batches", "use", 3, None, [("use", 2, -2, "库房"), ("use", 1, -1, "柜台")], [("柜台", 3, 400), ("库房", 6, 350)]),
            ("at a place", "scrap", 1, "库房", [("scrap", 1, -1, "库房")], [("柜台", 3, 400), ("库房", 5, 350)]),
            ("back to where it was taken from", "return", 1, "库房", [("return", 1, 1, "库房")], [("柜台", 3, 400), ("库房", 6, 350)]),
            ("back, but more than came", "return", 2, "库房", [("return", 2, 2, "库房")], [("柜台", 3, 400), ("库房", 6, 350), ("库房", 2, 350)]),
        ]
        for what, kind, quantity, place, moves, left in rows:
            with self.subTest(what):
                last = self.ask("GET", "moves")["moves"][-1]["id"]
                said = self.move(kind, quantity, **({"place": place} if place else {}))
                self.assertEqual((said["kind"], said["id"]), (kind, last + 1))
                self.assertEqual(self.moves(last), moves)
                self.assertEqual(self.batches(), left)
        self.assertEqual((self.stock()["stock"], self.stock()["places"]), (11, {"柜台": 3, "库房": 8}))

    def test_to_another_place(self):
        """Is stock as before, as old as it was, and one batch there."""
        self.item()
        self.move("in", 5, place="库房")
        for _ in range(2):
            self.go(days=1)
            self.move("out", 2, place="库房", to="大厅")
        self.assertEqual(self.batches(), [("库房", 1, 350), ("大厅", 4, 350)])
        self.assertEqual(self.stock()["stock"], 5)
        self.assertEqual([m["difference"] for m in self.ask("GET", "moves")["moves"]], [5, 0, 0])

    def test_to_another_place_from_wherever(self):
        """What is there already stays, however old, and is not what goes."""
        self.item()
        self.move("in", 1, place="柜台")
        self.go(days=1)
        self.move("in", 100, place="库房")
        problem = self.ask("POST", "moves", {"item": 1, "kind": "out", "quantity": 101, "to": "柜台"}, 400)
        self.assertIn("at most 100", problem["detail"])
        self.move("out", 50, to="柜台")
        self.assertEqual(self.stock()["places"], {"柜台": 51, "库房": 50})

    def test_a_count(self):
        """Writes the difference: more are a batch of today, fewer are taken from the oldest."""
        self.item()
        self.move("in", 5, cost=300)
        self.go(days=1)
        self.move("in", 5)
        rows = [
            ("fewer", 4, -6, [("", 4, 350)]),
            ("as the book says", 4, 0, [("", 4, 350)]),
            ("more", 7, 3, [("", 4, 350), ("", 3, 350)]),
            ("none", 0, -7, []),
        ]
        for what, counted, difference, left in rows:
            with self.subTest(what):
                said = self.move("count", counted)
                self.assertEqual((said["quantity"], said["difference"]), (counted, difference))
                self.assertEqual(self.batches(), left)

    def test_never_negative(self):
        """What cannot be changes nothing, and the place is named."""
        self.item()
        self.item(code="T", name="碳粉")
        self.move("in", 5, place="库房")
        rows = [
            ("more than there are", {"kind": "out", "quantity": 6}, "/quantity", "at most 5: so many are there"),
            ("more than are at the place", {"kind": "use", "quantity": 1, "place": "柜台"}, "/quantity", "at most 0: so many are there"),
            ("none of it", {"kind": "scrap", "quantity": 1, "item": 2}, "/quantity", "at most 0: so many are there"),
            ("nothing", {"kind": "out", "quantity": 0}, "/quantity", "a whole number from 1"),
            ("no number", {"kind": "count"}, "/quantity", "given"),
            ("less than nothing", {"kind": "count", "quantity": -1}, "/quantity", "a whole number from 0 to 1000000000"),
            ("no item", {"kind": "in", "quantity": 1, "item": 9}, "/item", "the id of one of: stock"),
            ("to where it is", {"kind": "out", "quantity": 1, "place": "库房", "to": "库房"}, "/to", "another place"),
            ("a use to another place", {"kind": "use", "quantity": 1, "to": "柜台"}, "/to", "left out: only what goes out goes to another place"),
            ("put into nothing", {"kind": "install", "quantity": 1}, "/device", "given: what it is put into"),
            ("a cost of what goes", {"kind": "out", "quantity": 1, "cost": 1}, "/cost", "left out: it is that of the batch"),
            ("rights nothing", {"kind": "in", "quantity": 1, "corrects": 9}, "/corrects", "the id of one of: moves"),
            ("says the difference", {"kind": "count", "quantity": 5, "difference": 1}, "/difference", "left out: it is not to be said"),
        ]
        before = self.hall.seq()
        for what, body, pointer, expected in rows:
            with self.subTest(what):
                problem = self.ask("POST", "moves", {"item": 1, **body}, 400)
                self.assertEqual((problem["pointer"], problem["detail"]), (pointer, pointer + ": should be " + expected))
        self.assertEqual(self.hall.seq(), before)

    def test_more_come_back_than_went(self):
        """Is refused as long as all moves are at hand; then nobody knows what went out before."""
        self.item()
        self.move("in", 10)
        self.move("scrap", 1)
        self.move("out", 2, to="柜台")          # still here
        for kind, more in (("out", {}), ("use", {}), ("install", {"device": "voice"})):
            self.move(kind, 2, **more)
        self.move("return", 1)
        problem = self.ask("POST", "moves", {"item": 1, "kind": "return", "quantity": 6}, 400)
        self.assertEqual((problem["pointer"], problem["detail"]), ("/quantity", "/quantity: should be at most 5: so many went out"))
        self.move("return", 5)
        self.ask("POST", "moves", {"item": 1, "kind": "return", "quantity": 1}, 400)
        self.next_day()
        self.go(days=38)
        self.ask("POST", "moves", {"item": 1, "kind": "return", "quantity": 1}, 400)
        self.next_day()
        self.next_day()
        self.next_day()
        self.move("return", 1)

    def test_of_too_many_batches(self):
        """Is not done in part."""
        self.item()
        for n in range(11):
            self.move("in", 1, cost=100 + n)
        self.assertEqual(self.ask("POST", "moves", {"item": 1, "kind": "out", "quantity": 11}, 400)["pointer"], "/quantity")
        self.move("out", 10)
        self.assertEqual(self.batches(), [("", 1, 110)])

    def test_nothing_is_changed_or_deleted(self):
        self.item()
        move = self.move("in", 50)
        self.ask("PUT", "moves/1", {"rev": 1, "quantity": 5}, 409)
        self.assertEqual(self.move("count", 5, corrects=move["id"])["corrects"], 1)
        self.assertEqual(self.ask("POST", "stock/1/end", {}, 409)["state"], "in stock")
        self.move("scrap", 5)
        self.assertEqual(self.ask("POST", "stock/1/end", {})["state"], "ended")

    def test_after_a_restart(self):
        self.item()
        for n in range(3):
            self.move("in", 2, cost=100 + n)
        self.move("out", 1)
        before = self.stock(), self.batches(), self.moves()
        self.hall.kill()
        self.hall.start()
        self.assertEqual((self.stock(), self.batches(), self.moves()), before)
        self.assertEqual(self.batches(), [("", 1, 100), ("", 2, 101), ("", 2, 102)])


class Figures(Stock):
    def test_what_is_used_and_lasts(self):
        """The mean of the days before today on which the item was known; reorder at use x lead_days + safety."""
        self.item()
        self.move("in", 100)
        self.move("out", 6)
        row = self.stock()
        self.assertEqual([row[name] for name in ("stock", "used_a_day", "days_left", "reorder_point", "below")], [94, None, None, 2, False])
        self.next_day()
        self.assertEqual((self.stock()["used_a_day"], self.stock()["days_left"], self.stock()["reorder_point"]), (6.0, 15.7, 32))
        self.move("use", 3)
        self.move("return", 1)
        self.move("scrap", 1)
        self.move("count", 90)
        self.move("out", 10, to="柜台")
        self.next_day()
        self.assertEqual((self.stock()["stock"], self.stock()["used_a_day"]), (90, 4.0), "8 in two days: scrap, count and another place are no use")
        self.next_day()
        self.assertEqual((self.stock()["used_a_day"], self.stock()["days_left"], self.stock()["reorder_point"]), (2.67, 33.8, 16))

    def test_fourteen_open_days(self):
        """What is longer ago is in no mean."""
        self.item()
        self.move("in", 100)
        self.move("out", 70)
        self.go(days=14)
        self.assertEqual(self.stock()["used_a_day"], 5.0)
        self.go(days=1)
        self.assertEqual((self.stock()["used_a_day"], self.stock()["days_left"]), (0.0, None))

    def test_the_order_list(self):
        """use x (lead + 30) - stock - ordered, in whole packs, with what it costs."""
        self.item()                             # lead 5, packs of 10
        self.item(code="T", name="碳粉", pack=1, lead_days=0, cost=1)
        self.item(code="N", name="没用过", cost=1)
        self.move("in", 20)
        self.move("in", 31, item=2)
        self.move("out", 2)
        self.move("out", 1, item=2)
        self.next_day()                         # 2 x 35 - 18 = 52; 1 x 30 - 30 = 0
        line = {"item": 1, "code": "P80", "name": "热敏纸", "unit": "卷", "quantity": 60, "pack": 10, "packs": 6, "cost": 21000}
        self.assertEqual(self.ask("GET", "stock/order-list"), {"lines": [line], "cost": 21000})
        self.ask("POST", "orders", {"item": 1, "quantity": 40}, 201)
        self.assertEqual(self.stock()["ordered"], 40)
        self.assertEqual(self.ask("GET", "stock/order-list"), {"lines": [{**line, "quantity": 20, "packs": 2, "cost": 7000}], "cost": 7000})


    def test_by_hallctl(self):
        self.item()
        self.move("in", 20, place="库房")
        self.move("out", 2)
        self.next_day()
        self.assertRegex(self.ctl("stock"), r"(?m)^1 +1 +used +P80 .* 18 +库房 18 +0 +2(\.0*)? +9(\.0*)? +12 +")
        self.assertRegex(self.ctl("order-list"), r"(?m)^1 +P80 +热敏纸 +卷 +60 +10 +6 +21000$")

    def ctl(self, *words):
        return subprocess.run([HALLCTL, "-d", self.hall.state, *words], capture_output=True, text=True, timeout=WAIT_S, check=True).stdout


class PerTicket(Stock):
    """What each ticket takes is booked when the day is closed."""

    def serve(self, count):
        self.ask("POST", "windows/3/open", {})
        for _ in range(count):
            self.ask("POST", "windows/3/serve", {"service": "B"})
            self.go(seconds=5)
            self.ask("POST", "windows/3/finish", {})
        self.ask("POST", "tickets", {"service": "A"}, 201)      # who is not served takes nothing

    def test_so_many_of_a_thousand(self):
        """By whole ones, with what is over on the next day; in the mean as any use."""
        self.item(code="F", name="信封", per_1000=400, safety=0)
        self.item()
        self.move("in", 10)
        self.move("in", 10, item=2)
        for served, stock in ((4, 9), (1, 8), (0, 8)):         # 1.6; 0.6 + 0.4; none
            self.serve(served)
            self.go(days=1)
            self.assertEqual((self.stock()["stock"], self.stock(2)["stock"]), (stock, 10))
        moves = [m for m in self.ask("GET", "moves")["moves"] if m["kind"] == "use"]
        self.assertEqual([(m["item"], m["quantity"], m["day"][-2:]) for m in moves], [(1, 1, "01"), (1, 1, "02")])
        self.assertEqual(self.stock()["used_a_day"], 0.67)

    def test_once_a_day(self):
        """Also when it is closed twice, or there is a start between."""
        self.item(per_1000=1000, safety=0)
        self.move("in", 10)
        self.serve(3)
        self.ask("POST", "hall/endday", {"waiting": "serve"})
        self.go(days=1)
        self.hall.kill()
        self.hall.start()
        self.go(days=1)
        self.assertEqual(self.stock()["stock"], 7)

    def test_what_comes_after_a_closing(self):
        """Is booked when the day is closed again."""
        self.item(per_1000=1000, safety=0)
        self.move("in", 10)
        self.serve(1)
        self.ask("POST", "hall/endday", {})
        self.serve(2)
        self.ask("POST", "hall/endday", {})
        self.assertEqual(self.stock()["stock"], 7)

    def test_of_many_batches(self):
        """Two a day; the others go with the next day's."""
        self.item(per_1000=3000, safety=0)
        for cost in range(1, 5):
            self.move("in", 1, cost=cost)
        self.serve(1)
        self.go(days=1)
        self.assertEqual(self.stock()["stock"], 2)
        self.serve(0)
        self.go(days=1)
        self.assertEqual(self.stock()["stock"], 1)

    def test_at_most_five(self):
        for code in "ABCDE":
            self.item(code=code, per_1000=1000, safety=0)
        body = {"code": "F", "name": "x", "unit": "x", "per_1000": 1}
        self.assertEqual(self.ask("POST", "stock", body, 400)["pointer"], "/per_1000")
        self.item(code="F")

    def test_never_negative(self):
        """What is in no book is not booked; and the card is lit."""
        self.item(per_1000=2000, safety=0)
        self.move("in", 5)
        self.serve(3)
        self.go(days=1)
        self.assertEqual((self.stock()["stock"], self.cards()), (0, [1]))

    def test_more_than_there_is_of_many_batches(self):
        """All of it is used; no more than that goes with the next days'."""
        self.item(per_1000=9500, safety=0)
        for cost in range(1, 6):
            self.move("in", 1, cost=cost)
        for served, stock in ((1, 3), (0, 1), (0, 0)):
            self.serve(served)
            self.go(days=1)
            self.assertEqual(self.stock()["stock"], stock)
        self.assertEqual(self.stock()["owed"], 500)


class Papers(Stock):
    """What is asked for and what is ordered."""

    def test_a_request(self):
        self.item()
        self.move("in", 5, place="库房")
        self.hall.user("c", "clerk")
        self.hall.user("m", "manager")
        clerk, manager = self.hall.token("c"), self.hall.token("m")
        asked = self.ask("POST", "requests", {"item": 1, "quantity": 6, "device": "kiosk"}, 201, token=clerk)
        self.assertEqual((asked["state"], asked["by"]), ("pending", "c"))
        self.ask("POST", "requests/1/approve", {}, 403, token=clerk)
        self.ask("POST", "requests/1/issue", {}, 409)
        self.ask("POST", "requests/1/approve", {}, token=manager)
        self.ask("PUT", "requests/1", {"rev": 2, "quantity": 1}, 409, token=clerk)
        problem = self.ask("POST", "requests/1/issue", {}, 400, token=manager)
        self.assertEqual((problem["pointer"], problem["detail"]), ("/quantity", "/quantity: should be at most 5: so many are there"))
        self.assertEqual(self.stock()["stock"], 5)
        self.assertEqual(self.ask("POST", "requests/1/issue", {"quantity": 4}, token=manager)["state"], "issued")
        self.assertEqual(self.stock()["stock"], 1)
        self.assertEqual(self.ask("POST", "requests/1/install", {}, token=clerk)["state"], "installed")
        self.assertEqual([(m["kind"], m["quantity"], m["difference"], m["request"], m["device"]) for m in self.ask("GET", "moves")["moves"][1:]],
                         [("out", 4, -4, 1, "kiosk"), ("install", 4, 0, 1, "kiosk")], "taken out of the stock once")
        self.assertEqual(self.ask("GET", "requests")["requests"], [])

    def test_a_request_that_is_refused(self):
        """With a reason; and it is over."""
        self.item()
        self.ask("POST", "requests", {"item": 1, "quantity": 1}, 201)
        self.ask("POST", "requests/1/refuse", {}, 400)
        self.assertEqual(self.ask("POST", "requests/1/refuse", {"reason": "没有"})["state"], "refused")
        self.ask("POST", "requests/1/approve", {}, 409)

    def test_a_request_that_is_withdrawn(self):
        """By who asked, or a manager, as long as nothing was decided; nobody else, and it is over."""
        self.item()
        token = {}
        for name, role in (("c", "clerk"), ("e", "clerk"), ("g", "guide"), ("m", "manager"), ("i", "inspector")):
            self.hall.user(name, role)
            token[name] = self.hall.token(name)
        rows = [
            # who asked, who tries in vain, who withdraws
            ("c", ("e", "g", "i"), "c"), ("g", ("c", "i"), "g"), ("c", (), "m"),
        ]
        for n, (asks, others, does) in enumerate(rows, 1):
            with self.subTest(n):
                self.ask("POST", "requests", {"item": 1, "quantity": 1}, 201, token=token[asks])
                for other in others:
                    self.ask("POST", "requests/%d/withdraw" % n, {}, 403, token=token[other])
                self.assertEqual(self.ask("POST", "requests/%d/withdraw" % n, {}, token=token[does])["state"], "withdrawn")
                self.ask("POST", "requests/%d/approve" % n, {}, 409)
        self.ask("POST", "requests", {"item": 1, "quantity": 1}, 201, token=token["c"])
        self.ask("POST", "requests/4/approve", {})
        self.assertEqual(self.ask("POST", "requests/4/withdraw", {}, 409, token=token["c"])["state"], "approved")

    def test_an_order_for_a_request(self):
        """Says which; one that there is not is refused."""
        self.item()
        self.ask("POST", "requests", {"item": 1, "quantity": 4}, 201)
        self.assertEqual(self.ask("POST", "orders", {"item": 1, "quantity": 10, "request": 1}, 201)["request"], 1)
        self.assertEqual([o["id"] for o in self.ask("GET", "orders?request=1")["orders"]], [1])
        self.assertEqual(self.ask("POST", "orders", {"item": 1, "quantity": 10, "request": 9}, 400)["pointer"], "/request")
        self.ask("POST", "requests/1/refuse", {"reason": "已够"})
        self.assertEqual(self.ask("POST", "orders/1/receive", {})["request"], 1, "also when it is over")

    def test_an_order(self):
        """As many as came, at what they cost; one that is cancelled brings nothing."""
        self.item()
        for quantity in 20, 10:
            self.ask("POST", "orders", {"item": 1, "quantity": quantity, "cost": 330, "due": "2026-09-05", "place": "库房"}, 201)
        self.assertEqual(self.stock()["ordered"], 30)
        self.ask("POST", "orders/1/receive", {"quantity": 18, "expires": "2028-01-01"})
        self.ask("POST", "orders/2/cancel", {})
        self.assertEqual((self.stock()["stock"], self.stock()["ordered"], self.batches()), (18, 0, [("库房", 18, 330)]))
        self.assertEqual([b["expires"] for b in self.ask("GET", "batches")["batches"]], ["2028-01-01"])
        self.assertEqual(self.moves(), [("in", 18, 18, "库房")])


class Cards(Stock):
    def test_once_below(self):
        """Domain 16 no. 17: one alarm, not many; another one when it was above meanwhile."""
        self.item(safety=3)
        self.assertEqual(self.cards(), [], "there was none to become too few")
        self.move("in", 10)
        steps = [
            ("above", "out", 6, [], None), ("at the reorder point", "out", 1, [1], None), ("still", "out", 1, [1], None),
            ("somebody has seen it", "out", 1, [1], "clear"), ("and knows", "out", 1, [], None),
            ("enough again", "in", 9, [], None), ("too few again", "out", 8, [1], None), ("enough: it goes out by itself", "in", 9, [], None),
        ]
        for what, kind, quantity, cards, then in steps:
            with self.subTest(what):
                self.move(kind, quantity)
                self.assertEqual(self.cards(), cards)
                if then == "clear":
                    self.ask("POST", "cards/1/clear", {"reason": "已订"})

    def test_never_enough(self):
        """What never rose above its reorder point is told of too: once, and not again when somebody has seen it, also on another day."""
        self.item(safety=5)
        self.next_day()
        self.assertEqual(self.cards(), [], "there was none to become too few")
        self.move("in", 3)
        self.assertEqual((self.stock()["below"], self.cards()), (True, [1]))
        self.ask("POST", "cards/1/clear", {"reason": "已订"})
        self.move("out", 1)
        self.next_day()
        self.hall.kill()
        self.hall.start()
        self.move("out", 1)
        self.assertEqual(self.cards(), [], "it is known")
        self.move("in", 20)
        self.assertNotIn("warned", self.stock())
        self.move("scrap", 18)
        self.assertEqual((self.cards(), self.stock()["warned"][:10]), ([1], "2026-09-03"))

    def test_an_item_that_ends(self):
        """Takes its card with it."""
        self.item(safety=3)
        self.move("in", 2)
        self.move("scrap", 2)
        self.assertEqual(self.cards(), [1])
        self.ask("POST", "stock/1/end", {})
        self.assertEqual(self.cards(), [])

    def test_the_rule_is_changed_meanwhile(self):
        """What is told of it is part of the change: the rev that came with it is the newest."""
        self.item(safety=1)
        self.move("in", 3)
        for safety, cards in ((5, [1]), (6, [1]), (1, [])):
            rev = self.stock()["rev"]
            self.assertEqual(self.ask("PUT", "stock/1", {"rev": rev, "safety": safety})["rev"], rev + 1)
            self.assertEqual((self.stock()["rev"], self.cards()), (rev + 1, cards))

    def test_it_lasts_for_less_than_three_days(self):
        """Found at the end of a day, as its use is in the mean from then on."""
        self.item(safety=0, lead_days=0)
        self.move("in", 20)
        self.move("out", 6)
        self.next_day()                         # 14 of 6 a day
        self.assertEqual((self.stock()["days_left"], self.cards()), (2.3, [1]))
        self.assertFalse(self.stock()["below"])

    def test_many_at_once(self):
        """Of more than one closing has room for none is forgotten: the others come with the next."""
        for n in range(1, 31):
            self.item(code="C%d" % n, safety=0, lead_days=0)
            self.move("in", 20, item=n)
            self.move("out", 12, item=n)
        self.next_day()                         # 8 of 12 a day
        self.assertTrue(all(self.stock(n)["low"] for n in range(1, 31)))
        self.next_day()
        self.assertEqual(sorted(self.cards()), list(range(1, 31)))

    def test_the_rule_is_changed(self):
        self.item(safety=3)
        self.move("in", 10)
        item = self.ask("PUT", "stock/1", {"rev": 1, "safety": 10})
        self.assertEqual((item["below"], self.cards()), (True, [1]))
        self.ask("PUT", "stock/1", {"rev": 2, "safety": 5})
        self.assertEqual(self.cards(), [])


class Paper(Stock):
    """Domain 16 no. 17: rolls of 80 m, the sensor speaks at 4 m."""
    layout = {**SPINE, "devices": printers(lobby={}, desk={"roll_m": 50}) + SPINE["devices"],
              "services": [{**service, "hours": [{"days": [1, 2, 3, 4, 5, 6, 7], "open": "08:00", "close": "17:00"}]} for service in SPINE["services"]]}
    devices = DEVICES + ["printer=%s,speed=100,width=80" % name for name in ("lobby", "desk")]

    def setUp(self):
        super().setUp()
        self.go(seconds=40)

    def roll(self, name="lobby", new=True):
        return self.ask("POST", "devices/%s/roll" % name, {"new": new})

    def device(self, name="lobby"):
        return next(d for d in self.ask("GET", "devices")["devices"] if d["id"] == name)

    def metres_left(self, name="lobby"):
        lines = self.hall.ask("GET", "/metrics", local=True).body.decode().splitlines()
        return [line.split()[-1] for line in lines if line.startswith('halld_printer_paper_left_metres{device="%s"}' % name)]

    def rolls(self):
        return [(r["device"], r.get("item_name"), r["mm"]) for r in self.ask("GET", "rolls")["rolls"]]

    def print(self, count=1, name="lobby", every_s=20):
        for _ in range(count):
            self.ask("POST", "tickets", {"service": "A", "printer": name}, 201)
            self.go(seconds=every_s)

    def test_a_refill_takes_the_next_off_the_stock(self):
        """The only paper there is, then what is in the printer; the same roll books nothing."""
        self.item(roll_mm=80000, safety=0)
        self.move("in", 2, place="柜台", cost=300)
        self.roll()
        self.assertEqual((self.stock()["stock"], self.rolls(), self.moves(1)), (1, [("lobby", "热敏纸", 80000)], [("install", 1, -1, "柜台")]))
        self.print(2)
        used = self.device()["used_mm"]
        self.assertGreater(used, 100)
        self.assertEqual(self.device()["left_mm"], 80000 - used)
        self.roll(new=False)
        self.assertEqual((self.stock()["stock"], self.device()["used_mm"]), (1, used))
        self.item(code="P58", name="窄纸", roll_mm=50000)
        self.assertEqual(self.roll()["left_mm"], 80000, "as the one before it, although there is other paper")
        self.assertEqual((self.stock()["stock"], len(self.rolls())), (0, 1))

    def test_two_answer_at_once(self):
        """The second finds that nothing is asked any more, whatever they say; unasked, or asked anew, it is another roll."""
        self.item(roll_mm=80000)
        self.move("in", 5)
        self.world.sim.control("lobby cover open")
        self.go(seconds=40)
        self.world.sim.control("lobby cover closed")
        self.go(seconds=40)
        self.assertTrue(self.device()["roll_asked"])
        answer = {"new": True, "asked": True}
        self.assertFalse(self.ask("POST", "devices/lobby/roll", answer)["roll_asked"])
        self.print()
        before = self.hall.seq(), self.device()["used_mm"], self.stock()["stock"]
        for body in answer, {"new": False, "asked": True}:
            self.assertEqual(self.ask("POST", "devices/lobby/roll", body, 409)["code"], "not_allowed")
        self.assertEqual((self.hall.seq(), self.device()["used_mm"], self.stock()["stock"]), before)
        self.assertEqual(before[2], 4)
        self.roll()
        self.assertEqual(self.stock()["stock"], 3)
        self.ask("POST", "devices/desk/roll", answer, 409)
        self.ask("POST", "devices/desk/roll", {"new": True, "asked": 1}, 400)

    def test_one_alarm_not_many(self):
        """Refills down to the reorder point and below it."""
        self.item(roll_mm=80000, safety=2)
        self.move("in", 4)
        told = []
        for _ in range(5):
            self.roll()
            told.append((self.stock()["stock"], self.cards()))
        self.assertEqual(told, [(3, []), (2, [1]), (1, [1]), (0, [1]), (0, [1])])
        self.assertEqual([m["quantity"] for m in self.ask("GET", "moves?kind=install")["moves"]], [1] * 4)

    def test_without_stock_it_still_goes_on(self):
        self.item(roll_mm=80000)
        self.assertEqual(self.roll()["left_mm"], 80000)
        self.assertEqual((self.stock()["stock"], self.moves(), self.rolls(), self.cards()), (0, [], [("lobby", "热敏纸", 80000)], [1]))

    def test_without_items(self):
        """The length of hall.json; and where that is not said there is no book."""
        self.roll("desk")
        self.roll("lobby")
        self.assertEqual(self.rolls(), [("desk", None, 50000)])

    def test_what_a_roll_gave(self):
        """The one that is taken out has its millimetres, also after a restart and a day."""
        self.item(roll_mm=80000)
        self.move("in", 2)
        self.roll()
        self.print(2)
        self.go(days=1)
        self.print()
        used = self.device()["used_mm"]
        self.hall.kill()
        self.hall.start()
        self.go(seconds=40)
        self.assertEqual((self.device()["used_mm"], self.rolls()), (used, [("lobby", "热敏纸", 80000)]))
        self.roll()
        lines = [json.loads(row[0]) for row in sqlite3.connect(os.path.join(self.hall.state, "halld.db")).execute(
            "SELECT body FROM record WHERE subject = 'roll' ORDER BY id")]
        self.assertEqual([(r["state"], r["used_mm"]) for r in lines], [("out", used), ("in", 0)])

    def test_put_in_by_hand(self):
        """The printer begins anew, with what was put in."""
        self.item(roll_mm=80000)
        self.item(code="P58", name="窄纸", roll_mm=50000)
        self.move("in", 3, item=2)
        self.print()
        self.roll()
        self.assertEqual(self.rolls(), [], "which of the two it takes nobody has said")
        self.print()
        self.move("install", 1, item=2, device="lobby")
        self.assertEqual((self.device()["used_mm"], self.device()["left_mm"], self.rolls()), (0, 50000, [("lobby", "窄纸", 50000)]))
        self.assertEqual(self.stock(2)["stock"], 2, "taken once")
        problem = self.ask("POST", "moves", {"item": 2, "kind": "install", "quantity": 2, "device": "lobby"}, 400)
        self.assertEqual(problem["pointer"], "/quantity")

    def test_asked_for_and_put_in(self):
        self.item(roll_mm=80000)
        self.move("in", 3)
        self.ask("POST", "requests", {"item": 1, "quantity": 1, "device": "lobby"}, 201)
        for step in "approve", "issue", "install":
            self.ask("POST", "requests/1/" + step, {})
        self.assertEqual((self.stock()["stock"], self.rolls()), (2, [("lobby", "热敏纸", 80000)]))

    def test_asked_for_and_said_at_the_printer(self):
        """The new roll is the one that was handed out for it: it is not taken from stock once more."""
        self.item(roll_mm=80000)
        self.move("in", 5)
        self.item(code="P58", name="窄纸", roll_mm=50000)
        self.move("in", 1, item=2)
        for item in 1, 1, 2:
            self.ask("POST", "requests", {"item": item, "quantity": 1, "device": "lobby"}, 201)
        self.move("install", 1, device="desk")
        for step in "approve", "issue":
            self.ask("POST", "requests/1/" + step, {})
        self.roll()
        self.assertEqual((self.stock()["stock"], self.moves(2)), (3, [("install", 1, -1, ""), ("out", 1, -1, ""), ("install", 1, 0, "")]))
        self.assertEqual([(r["id"], r["state"]) for r in self.ask("GET", "requests")["requests"]], [(2, "pending"), (3, "pending")])
        self.assertEqual(self.ask("GET", "requests/1")["state"], "installed")
        self.assertEqual(sorted(self.rolls()), [("desk", "热敏纸", 80000), ("lobby", "热敏纸", 80000)])
        self.roll()
        self.assertEqual(self.stock()["stock"], 2)
        for step in "approve", "issue":
            self.ask("POST", "requests/3/" + step, {})
        self.roll()
        self.assertEqual((self.stock()["stock"], sorted(self.rolls())), (2, [("desk", "热敏纸", 80000), ("lobby", "窄纸", 50000)]))

    def test_several_asked_for_a_printer(self):
        """It has one roll: the others would be out of the stock, and each refill would take one more."""
        self.item(roll_mm=80000)
        self.move("in", 5)
        body = {"item": 1, "quantity": 3, "device": "lobby"}
        self.assertEqual(self.ask("POST", "requests", body, 400)["pointer"], "/quantity")
        self.ask("POST", "requests", {"item": 1, "quantity": 3}, 201)
        self.assertEqual(self.ask("POST", "requests/1/approve", {"device": "lobby"}, 400)["pointer"], "/quantity")
        self.ask("POST", "requests/1/approve", {"quantity": 2})
        self.assertEqual(self.ask("POST", "requests/1/issue", {"device": "lobby"}, 400)["pointer"], "/quantity")
        self.ask("POST", "requests/1/issue", {"device": "lobby", "quantity": 1})
        self.ask("POST", "requests/1/install", {})
        self.assertEqual((self.stock()["stock"], len(self.rolls())), (4, 1))

    def test_the_sensor_against_the_book(self):
        """More than a fifth of the roll apart: a card, once."""
        for what, mm, drift in ("it fits", 5000, None), ("another roll than the book's", 80000, "drift"):
            with self.subTest(what):
                item = self.item(code=what, name=what, roll_mm=mm)
                self.move("in", 1, item=item)
                self.move("install", 1, item=item, device="lobby")
                self.assertIsNone(self.device()["drift_mm"])
                self.world.sim.control("lobby paper near")
                self.go(seconds=40)
                self.world.sim.control("lobby paper ok")
                self.go(seconds=40)
                self.world.sim.control("lobby paper near")
                self.go(seconds=40)
                roll, = self.ask("GET", "rolls")["rolls"]
                self.assertEqual((roll["near_mm"], roll["drift_mm"], self.device()["drift_mm"]), (mm, mm - 4000, mm - 4000))
                self.assertEqual((self.device()["left_mm"], self.metres_left()), (4000, ["4"]), "the sensor is believed")
                paper = [f for f in self.ask("GET", "ready")["findings"] if f["code"] == "paper.low"]
                self.assertEqual([(f["device"], f["left_mm"]) for f in paper], [("lobby", 4000)])
                self.assertEqual([c["device"] for c in self.ask("GET", "cards?kind=drift")["cards"]], ["lobby"] if drift else [])
                self.world.sim.control("lobby paper ok")
                self.go(seconds=40)
        self.roll()
        self.assertEqual(self.cards("drift"), [], "with the roll it is over")

    def test_a_roll_that_is_taken_out(self):
        """Where there is no roll the sensor sees its end, and the book knows better."""
        self.item(roll_mm=80000)
        self.move("in", 1)
        self.roll()
        for step in "paper out", "cover open", "paper ok", "cover closed":
            self.world.sim.control("lobby " + step)
            self.go(seconds=40)
        self.assertEqual((self.device()["left_mm"], self.device()["drift_mm"], self.cards("drift")), (80000, None, []))

    def test_when_it_ends(self):
        """From what is left, the millimetres of a ticket and the tickets of today; a card when that is before closing."""
        self.item(roll_mm=4000)
        self.move("in", 2)
        self.roll()
        self.assertIsNone(self.device()["ends_at"])
        self.print(4, every_s=300)
        self.assertIsNone(self.device()["ends_at"], "too few to say")
        self.print(4, every_s=300)
        device = self.device()
        tickets = device["left_mm"] * 8 // device["used_mm"]
        printed = timedelta(minutes=40).total_seconds()
        ends = (self.world.time + timedelta(seconds=tickets * printed / 8)).isoformat(timespec="seconds")
        self.assertEqual(device["ends_at"][:16], ends[:16])
        self.assertLess(device["ends_at"], TODAY + "T17:00:00+08:00")
        self.assertEqual([c["device"] for c in self.ask("GET", "cards?kind=paper")["cards"]], ["lobby"])
        self.ask("POST", "cards/%d/clear" % self.ask("GET", "cards?kind=paper")["cards"][0]["id"], {"reason": "备好了"})
        self.print()
        self.assertEqual(self.cards("paper"), [], "once of a roll")
        self.roll()
        self.print(2, every_s=300)
        self.assertEqual(len(self.cards("paper")), 1, "and once of the next")

    def test_it_lasts_into_another_day(self):
        self.item(roll_mm=80000)
        self.move("in", 1)
        self.roll()
        self.print(8, every_s=300)
        self.assertRegex(self.device()["ends_at"], r"^2026-09-(0[2-9]|[12])")
        self.assertRegex(self.device()["ends_at"][11:13], r"^(0[89]|1[0-7])$")
        self.assertEqual(self.cards("paper"), [])

    def test_paper_a_ticket(self):
        """What was cut off, by printer; and as many rolls as were put in."""
        self.roll("desk")
        self.print(3)
        self.print(2, "desk")
        used = {name: self.device(name)["used_mm"] for name in ("lobby", "desk")}
        self.assertEqual(self.rows("paper"), [
            {"printer": "desk", "printed": 2, "paper_m": round(used["desk"] / 100 + 1e-9) / 10, "paper_a_ticket": used["desk"] / 2, "rolls": 1},
            {"printer": "lobby", "printed": 3, "paper_m": round(used["lobby"] / 100 + 1e-9) / 10, "paper_a_ticket": used["lobby"] / 3, "rolls": 0}])


class Report(Stock):
    """R12."""

    def test_opening_and_moves_are_closing(self):
        """By item and period, with its cost; nothing that only went to another place."""
        self.item()
        self.item(code="T", name="碳粉", cost=0)
        self.move("in", 40, cost=300, place="库房")
        self.move("out", 5)
        self.next_day()
        second = "2026-09-02"
        self.move("in", 20, cost=400, place="库房")
        self.move("out", 8, place="库房", to="大厅")
        self.move("out", 6, place="库房")
        self.move("use", 2, place="大厅")
        self.move("return", 1, place="库房")
        self.move("scrap", 3, place="大厅")
        self.move("count", 40)
        self.next_day()
        self.move("out", 30)
        one = dict(item_code="P80", item_name="热敏纸", item_unit="卷", opening=35, came=20, handed_out=6, used_up=2, put_back=1, scrapped=3,
                   count_difference=-5, count_variance=-11.11, closing=40, lasts_days=6.6, used_cost=21.0, unit_cost=3.0)
        two = {**{name: 0 for name in one}, "item_code": "T", "item_name": "碳粉", "item_unit": "卷", "count_variance": None, "lasts_days": None, "unit_cost": None}
        self.assertEqual(self.rows("stock", **{"from": second, "to": second}), [one, two])
        whole, _ = self.rows("stock", **{"from": TODAY, "to": "2026-09-03"})
        self.assertEqual((whole["opening"], whole["came"], whole["handed_out"], whole["closing"]), (0, 60, 41, 10))
        self.assertEqual(whole["closing"], self.stock()["stock"], "as the book")
        for row in one, whole:
            self.assertEqual(row["opening"] + row["came"] + row["put_back"] - row["handed_out"] - row["used_up"] - row["scrapped"] +
                             row["count_difference"], row["closing"])
        text = self.hall.ask("GET", "reports/stock?from=%s&to=%s&format=csv&lang=en" % (second, second), local=True).body.decode()
        self.assertIn("35,20,6,2,1,3,-5,-11.11,40,6.6,21.00,3.00\r\n", text)


if __name__ == "__main__":
    unittest.main()

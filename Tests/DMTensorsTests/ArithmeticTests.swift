import DMTensors
import DMTestSupport
import Testing

@Suite struct ArithmeticTests {
    @Test(arguments: Pair.all) func broadcastsLikeLoops(pair: Pair) {
        let x = ramp(pair.x), y = ramp(pair.y) + 2.5
        #expect(x + y == looped(x, y, pair.result, +))
        #expect(x - y == looped(x, y, pair.result, -))
        #expect(x * y == looped(x, y, pair.result, *))
        #expect(x / y == looped(x, y, pair.result, /))
        #expect(maximum(x, y - 2) == looped(x, y - 2, pair.result, max))
        #expect(minimum(x, y - 2) == looped(x, y - 2, pair.result, min))
    }

    @Test(arguments: Pair.all) func integersWrapAround(pair: Pair) {
        check(Int32.self, pair)
        check(Int64.self, pair)
        check(UInt8.self, pair)
    }

    private func check<Scalar: NumericScalar & FixedWidthInteger>(_: Scalar.Type, _ pair: Pair) {
        let factor = Double(Scalar.max)
        let x = Tensor<Scalar>(converting: ramp(pair.x) * factor), y = Tensor<Scalar>(converting: ramp(pair.y) * -factor)
        #expect(x + y == looped(x, y, pair.result, &+))
        #expect(x - y == looped(x, y, pair.result, &-))
        #expect(x * y == looped(x, y, pair.result, &*))
        #expect(maximum(x, y) == looped(x, y, pair.result, max))
        #expect(minimum(x, y) == looped(x, y, pair.result, min))
        #expect(x * 3 == looped(x, Tensor(3), x.shape, &*))
    }

    @Test func oneNumberStandsOnEitherSide() {
        let x = Tensor<Float>([1, 2, 4])
        #expect((x + 1).scalars == [2, 3, 5])
        #expect((1 + x).scalars == [2, 3, 5])
        #expect((x - 1).scalars == [0, 1, 3])
        #expect((1 - x).scalars == [0, -1, -3])
        #expect((x * 2).scalars == [2, 4, 8])
        #expect((2 * x).scalars == [2, 4, 8])
        #expect((x / 2).scalars == [0.5, 1, 2])
        #expect((2 / x).scalars == [2, 1, 0.5])
        #expect((-x).scalars == [-1, -2, -4])
    }

    @Test func inPlaceFormsLeaveCopiesAlone() {
        let x = ramp([3, 5]), row = ramp([5]) + 3
        var y = x
        y += row
        #expect(y == x + row)
        y -= x
        #expect(y == x + row - x)
        y *= row
        #expect(y == (x + row - x) * row)
        y /= row
        #expect(y == (x + row - x) * row / row)
        y += y
        #expect(y == (x + row - x) * row / row * 2)
        #expect(x == ramp([3, 5]))
        var z = x
        z += 1
        z *= 2
        z -= 3
        z /= 4
        #expect(z == ((x + 1) * 2 - 3) / 4)
    }

    @Test func scaledSums() {
        let x = ramp([40_000]), y = ramp([40_000]).squared()
        var z = x
        z.add(y, scaledBy: 0.5)
        #expect(isClose(z, x + y * 0.5, 1e-15))
        z.scale(by: -2, adding: y, scaledBy: 3)
        #expect(isClose(z, (x + y * 0.5) * -2 + y * 3, 1e-15))
    }

    @Test func wrongShapesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]) + ramp([2, 4]) }
        await #expect(processExitsWith: .failure) {
            var x = ramp([3])
            x += ramp([2, 3])
        }
        await #expect(processExitsWith: .failure) {
            var x = ramp([3])
            x.add(ramp([1]), scaledBy: 2)
        }
    }

    @Test func theMessageNamesBothShapes() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = ramp([2, 3]) * ramp([4])
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("cannot multiply the shapes [2, 3] and [4]"))
    }
}

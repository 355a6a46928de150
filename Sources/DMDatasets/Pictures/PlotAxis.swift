import DMTensors
import Foundation

/// One axis of a plot: the range of its numbers, and where ticks stand.
struct PlotAxis {
    /// The numbers that are marked, ascending.
    let ticks: [Double]
    private let scale: LinePlot.Scale
    private let bounds: ClosedRange<Double>
    private let names: [String]?

    /// An axis with names at the places 0, 1, ... and half a place before and behind them.
    ///
    /// - Precondition: There is a name, and each number is the place of one.
    init(places: [Double], of names: [String]) {
        require(
            !names.isEmpty && places.allSatisfy { (0..<Double(names.count)).contains($0) && $0 == $0.rounded() },
            "an axis of \(names.count) names has no places \(places)")
        ticks = names.indices.map(Double.init)
        (scale, bounds, self.names) = (.linear, -0.5...Double(names.count) - 0.5, names)
    }

    /// An axis that shows the given numbers.
    ///
    /// A linear one begins and ends at a tick, a logarithmic one a little beyond the numbers.
    ///
    /// - Precondition: There is a number; all are finite, and above 0 on a logarithmic axis.
    init(showing values: [Double], scale: LinePlot.Scale) {
        require(!values.isEmpty && values.allSatisfy(\.isFinite), "an axis shows finite numbers, at least one, not \(values)")
        let (least, most) = (values.min() ?? 0, values.max() ?? 0)
        require(scale == .linear || least > 0, "a logarithmic axis shows numbers above 0, not \(least)")
        self.scale = scale
        names = nil
        switch scale {
        case .linear:
            let step = Self.step(dividing: most > least ? most - least : max(abs(least), 1))
            let (first, last) = ((least / step).rounded(.down), (most / step).rounded(.up))
            ticks = stride(from: first, through: max(last, first + 1), by: 1).map { $0 * step }
            bounds = ticks[0]...ticks[ticks.count - 1]
        case .logarithmic:
            bounds = log10(least / 1.15)...log10(most * 1.15)
            let decades = stride(from: bounds.lowerBound.rounded(.down), through: bounds.upperBound, by: 1)
            let candidates = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, decade) } }
            let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
            let round = candidates.filter { (lower...upper).contains(log10($0)) }
            // Numbers close together may have no round one among them.
            ticks = round.count > 1 || least == most ? round : [least, most]
        }
    }

    /// Where a number lies: 0 at the beginning of the axis, 1 at its end.
    func position(of value: Double) -> Double {
        let place = scale == .linear ? value : log10(value)
        return (place - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    }

    /// What is written at a tick.
    func text(_ tick: Double) -> String { names.map { $0[Int(tick)] } ?? String(format: "%g", tick) }

    /// The least of 1, 2 and 5 times a power of ten that divides an extent into six parts at most.
    private static func step(dividing extent: Double) -> Double {
        let power = pow(10, floor(log10(extent / 6)))
        return [1, 2, 5, 10].map { $0 * power }.first { extent / $0 <= 6 } ?? 10 * power
    }
}

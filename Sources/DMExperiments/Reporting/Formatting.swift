/// A fraction of 1 in percent, such as `58.3`; a dash for an absent one, and for one that is no number of any use.
///
/// - Parameters:
///   - fraction: The fraction, from 0 to a billion.
///   - decimals: The digits after the point, at least 1.
package func percent(_ fraction: Double?, decimals: Int = 1) -> String {
    guard let fraction, (0...1e9).contains(fraction) else { return "-" }
    let one = (0..<decimals).reduce(1) { power, _ in 10 * power }
    let units = Int((fraction * Double(100 * one)).rounded())
    let digits = String(units % one)
    return "\(units / one).\(String(repeating: "0", count: decimals - digits.count))\(digits)"
}

extension Double {
    /// A duration in seconds as people say it: `3 d 4 h`, `4 h 10 min`, `12 min`, `40 s`.
    package var inWords: String {
        guard (0...1e12).contains(self) else { return "\(self) s" }
        let seconds = Int(rounded()), minutes = Int((self / 60).rounded()), hours = Int((self / 3600).rounded())
        return switch seconds {
        case ..<100: "\(seconds) s"
        case ..<5400: "\(minutes) min"
        case ..<86_400: "\(minutes / 60) h \(minutes % 60) min"
        default: "\(hours / 24) d \(hours % 24) h"
        }
    }

    /// A number of bytes as people say it: `812 MB`, `11.4 GB`.
    package var bytesInWords: String {
        self < 1e9 ? "\(Int((self / 1e6).rounded())) MB" : "\((self / 1e8).rounded() / 10) GB"
    }
}
